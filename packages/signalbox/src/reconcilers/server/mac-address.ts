import { createHash } from "node:crypto";

/**
 * The MAC address of a server's machine: the same for all of its life, another one for the next
 * server of that id. Locally administered, unicast.
 */
export function macAddressOf(serverId: string, incarnation: string): string {
  const digest = createHash("sha256").update(`mac/${serverId}/${incarnation}`).digest();
  const octets = [((digest[0] ?? 0) & 0xfc) | 0x02, ...digest.subarray(1, 6)];
  return octets.map((octet) => octet.toString(16).padStart(2, "0")).join(":");
}
