import { type Condition, withCondition } from "../../../model/condition.ts";
import { parseIpv4Prefix } from "../../../model/ipv4.ts";
import { NETWORK } from "../../../model/kinds.ts";
import { FINALIZER } from "../../../model/metadata.ts";
import type { Network } from "../../../model/network.ts";
import { overlapping } from "../../../model/network-rules.ts";
import { newResourceId } from "../../../model/uuid.ts";
import { requireRegion } from "../regions/visible-region.ts";
import { NETWORK_CREATE, NETWORK_READ } from "../schemas/network-schema.ts";
import { answers, WITH_BODY } from "../shared/answers.ts";
import { intoProject } from "../shared/into-project.ts";
import { networks } from "../shared/permissions.ts";
import { assertProjectExists } from "../shared/project-exists.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { createdReply } from "../shared/resource-reply.ts";
import { createdMetadata } from "../shared/written-metadata.ts";
import { networkReadModel } from "./network-read-model.ts";
import { createdNetworkSpec } from "./network-spec.ts";
import { requireResource, type Transaction } from "@signalbox/store";

const permission = networks("create");

export const createNetwork = regionOperation({
  id: "createNetwork",
  method: "POST",
  path: "/api/v2/networks",
  summary: "Create a network",
  tag: "networks",
  permission,
  body: NETWORK_CREATE,
  responses: answers(201, "The network.", NETWORK_READ, 409, 422, ...WITH_BODY),
  target: ({ body }) => intoProject(body.spec, "networks"),
  handler: async ({ body, principal, signal }, services) => {
    const { organizationId, projectId, regionId } = body.spec;
    assertProjectExists(principal, permission, { organizationId, projectId }, services.catalogue);
    requireRegion(principal, regionId, services.catalogue);
    const id = newResourceId(services.random);
    const metadata = {
      ...createdMetadata(body.metadata, { id, finalizers: [FINALIZER] }, principal, services),
      organizationId,
      projectId,
    };
    const network = { metadata, regionId, spec: createdNetworkSpec(body.spec), references: [] };
    const nowMs = services.clock.now();
    const { result } = await services.store.transact(
      (tx) => {
        const conditions = overlapWarning(network, tx, nowMs);
        tx.create(NETWORK, id, { ...network, metadata: { ...metadata, conditions } });
        return requireResource(tx, NETWORK, id);
      },
      { signal },
    );
    return createdReply("networks", result, networkReadModel);
  },
});

/** Names what it overlaps when it is made; networks that come later say so of themselves. */
function overlapWarning(network: Network, tx: Transaction, nowMs: number): readonly Condition[] {
  const prefix = parseIpv4Prefix(network.spec.prefix);
  const { items } = tx.list(NETWORK, {
    index: { name: "project", value: network.metadata.projectId },
  });
  const names = prefix.ok
    ? overlapping(
        prefix.value,
        items.map(({ value }) => value),
      )
    : [];
  if (names.length === 0) return [];
  const shown = names.slice(0, 5).join(", ");
  const update = {
    type: "Warning",
    status: "True",
    reason: "Overlap",
    message: `when it was created, its prefix shared addresses with ${names.length} other network(s) of the project: ${shown}`,
    observedGeneration: 1,
  } as const;
  return withCondition([], update, nowMs);
}
