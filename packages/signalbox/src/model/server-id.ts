import { bytesOfUuid, uuidV5 } from "./uuid.ts";

/**
 * The id of the server `name` on a network: UUIDv5 of both, hashed again until it starts with a
 * letter (compute-api §3.2). That a name is unique on its network follows from the id: the
 * second create finds the first one's id taken.
 */
export function serverId(networkId: string, name: string): string {
  let id = uuidV5(networkId, Buffer.from(name, "utf8"));
  while (/^\d/.test(id)) id = uuidV5(networkId, bytesOfUuid(id));
  return id;
}
