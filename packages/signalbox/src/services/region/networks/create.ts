import { type Condition, withCondition } from "../../../model/condition.ts";
import { NETWORK } from "../../../model/kinds.ts";
import { FINALIZER } from "../../../model/metadata.ts";
import type { Network } from "../../../model/network.ts";
import { overlappingNetworks, overlapWarning } from "../../../model/network-overlap.ts";
import { newResourceId } from "../../../model/uuid.ts";
import { requireRegion } from "../regions/visible-region.ts";
import { NETWORK_CREATE, NETWORK_READ } from "../schemas/network-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { intoProject } from "../../shared/into-project.ts";
import { networks } from "../shared/permissions.ts";
import { assertProjectExists } from "../../shared/project-exists.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { createdReply } from "../../shared/resource-reply.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
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
        const conditions = warningOfOverlap(network, tx, nowMs);
        tx.create(NETWORK, id, { ...network, metadata: { ...metadata, conditions } });
        return requireResource(tx, NETWORK, id);
      },
      { signal },
    );
    return createdReply("networks", result, networkReadModel);
  },
});

/** Said at once; from then on the network's reconciler keeps it true. */
function warningOfOverlap(network: Network, tx: Transaction, nowMs: number): readonly Condition[] {
  const index = { name: "project", value: network.metadata.projectId };
  const others = tx.list(NETWORK, { index }).items.map(({ value }) => value);
  const warning = overlapWarning(overlappingNetworks(network, others));
  if (warning === undefined) return [];
  const update = { type: "Warning", status: "True", ...warning, observedGeneration: 1 } as const;
  return withCondition([], update, nowMs);
}
