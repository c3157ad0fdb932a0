import type { Transaction } from "@signalbox/store";
import { SERVER } from "../../../model/kinds.ts";
import { inUse } from "./in-use.ts";

/**
 * Refuses what would take something away from servers that are still there. Servers on their way
 * out count until they are gone.
 *
 * @throws Problem `in_use`
 */
export function assertNoServers(
  tx: Transaction,
  index: "network" | "securityGroup" | "sshCertificateAuthority" | "image",
  id: string,
  what: string,
  others: readonly string[] = [],
): void {
  const servers = tx.list(SERVER, { index: { name: index, value: id } }).items;
  const blockers = [
    ...servers.map((server) => `server ${server.value.metadata.name} (${server.id})`),
    ...others,
  ];
  if (blockers.length > 0) throw inUse(what, blockers);
}
