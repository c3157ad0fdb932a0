import type { Principal } from "@signalbox/http";
import type { Transaction } from "@signalbox/store";
import { NETWORK, SECURITY_GROUP } from "../../../model/kinds.ts";
import type { RegionServices } from "../region-services.ts";
import { NETWORK_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { assertNoServers } from "../shared/assert-no-servers.ts";
import { networks } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { storeDeletion } from "../shared/store-deletion.ts";
import { deletedMetadata } from "../../shared/written-metadata.ts";
import { networkTarget } from "./network-target.ts";

export const deleteNetwork = regionOperation({
  id: "deleteNetwork",
  method: "DELETE",
  path: "/api/v2/networks/{networkID}",
  summary: "Delete a network and its security groups",
  description: "Refused with 409 and the blockers' names while servers or references use it.",
  tag: "networks",
  permission: networks("delete"),
  params: NETWORK_PATH,
  responses: answers(202, "It will go.", undefined, 409, 412),
  target: networkTarget,
  handler: (request, services) =>
    storeDeletion(NETWORK, request, services, ({ metadata, references }, tx) => {
      assertNoServers(tx, "network", metadata.id, "network", references);
      markSecurityGroups(metadata.id, tx, request.principal, services);
    }),
});

/** The network owns its security groups, so they go with it (compute-api §3.7). */
function markSecurityGroups(
  networkId: string,
  tx: Transaction,
  principal: Principal,
  services: RegionServices,
): void {
  const index = { name: "network", value: networkId };
  for (const { id, value } of tx.list(SECURITY_GROUP, { index }).items) {
    if (value.metadata.deletedAt !== undefined) continue;
    const metadata = deletedMetadata(value.metadata, principal, services);
    tx.update(SECURITY_GROUP, id, { ...value, metadata });
  }
}
