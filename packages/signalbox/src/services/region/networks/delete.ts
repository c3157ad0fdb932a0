import { assertIfMatch, type Principal } from "@signalbox/http";
import type { Resource, Transaction } from "@signalbox/store";
import { NETWORK, SECURITY_GROUP } from "../../../model/kinds.ts";
import type { Network } from "../../../model/network.ts";
import type { RegionServices } from "../region-services.ts";
import { NETWORK_PATH } from "../schemas/path-schema.ts";
import { answers } from "../shared/answers.ts";
import { assertNoServers } from "../shared/assert-no-servers.ts";
import { networks } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { ACCEPTED } from "../shared/resource-reply.ts";
import { deletedMetadata } from "../shared/written-metadata.ts";
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
  handler: async ({ target, principal, ifMatch, signal }, services) => {
    await services.store.transact(
      (tx) => {
        const present = tx.get(NETWORK, target.id);
        if (present === undefined || present.value.metadata.deletedAt !== undefined) return;
        assertIfMatch(ifMatch, present.revision);
        assertNoServers(tx, "network", present.id, "network", present.value.references);
        remove(present, tx, principal, services);
      },
      { signal },
    );
    return ACCEPTED;
  },
});

/** The network owns its security groups, so they go with it (compute-api §3.7). */
function remove(
  { id, value }: Resource<Network>,
  tx: Transaction,
  principal: Principal,
  services: RegionServices,
): void {
  const metadata = deletedMetadata(value.metadata, principal, services);
  tx.update(NETWORK, id, { ...value, metadata });
  for (const group of tx.list(SECURITY_GROUP, { index: { name: "network", value: id } }).items) {
    if (group.value.metadata.deletedAt !== undefined) continue;
    tx.update(SECURITY_GROUP, group.id, {
      ...group.value,
      metadata: deletedMetadata(group.value.metadata, principal, services),
    });
  }
}
