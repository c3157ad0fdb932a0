import { NETWORK } from "../../../model/kinds.ts";
import { NETWORK_READ, NETWORK_UPDATE } from "../schemas/network-schema.ts";
import { NETWORK_PATH } from "../schemas/path-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { beingDeleted } from "../../shared/invalid.ts";
import { networks } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { storeUpdate } from "../shared/store-update.ts";
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
  handler: async (request, services) => {
    const updated = await storeUpdate(NETWORK, request, services, ({ metadata, spec }) => {
      if (metadata.deletedAt !== undefined) throw beingDeleted("network");
      return updatedNetworkSpec(spec, request.body.spec);
    });
    return resourceReply(202, updated, networkReadModel);
  },
});
