import { isDeepStrictEqual } from "node:util";
import { assertIfMatch } from "@signalbox/http";
import { requireResource } from "@signalbox/store";
import { NETWORK } from "../../../model/kinds.ts";
import { NETWORK_READ, NETWORK_UPDATE } from "../schemas/network-schema.ts";
import { NETWORK_PATH } from "../schemas/path-schema.ts";
import { answers, WITH_BODY } from "../shared/answers.ts";
import { beingDeleted } from "../shared/invalid.ts";
import { networks } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../shared/resource-reply.ts";
import { updatedMetadata } from "../shared/written-metadata.ts";
import { networkReadModel } from "./network-read-model.ts";
import { updatedNetworkSpec } from "./network-spec.ts";
import { networkTarget } from "./network-target.ts";

export const updateNetwork = regionOperation({
  id: "updateNetwork",
  method: "PUT",
  path: "/api/v2/networks/{networkID}",
  summary: "Replace what may change of a network",
  tag: "networks",
  permission: networks("update"),
  params: NETWORK_PATH,
  body: NETWORK_UPDATE,
  responses: answers(202, "The network as it will be.", NETWORK_READ, 409, 412, 422, ...WITH_BODY),
  target: networkTarget,
  handler: async ({ target, body, principal, ifMatch, signal }, services) => {
    const { result } = await services.store.transact(
      (tx) => {
        const present = requireResource(tx, NETWORK, target.id);
        assertIfMatch(ifMatch, present.revision);
        const { value } = present;
        if (value.metadata.deletedAt !== undefined) throw beingDeleted("network");
        const spec = updatedNetworkSpec(value.spec, body.spec);
        const changed = !isDeepStrictEqual(spec, value.spec);
        const metadata = updatedMetadata(
          value.metadata,
          body.metadata,
          changed,
          principal,
          services,
        );
        tx.update(NETWORK, target.id, { ...value, metadata, spec });
        return requireResource(tx, NETWORK, target.id);
      },
      { signal },
    );
    return resourceReply(202, result, networkReadModel);
  },
});
