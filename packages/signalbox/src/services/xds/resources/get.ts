import { Problem } from "@signalbox/base";
import { answers } from "../../shared/answers.ts";
import { valid } from "../../shared/invalid.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { storedResource } from "../content/stored-content.ts";
import { XDS_RESOURCE_PATH } from "../schemas/path-schema.ts";
import { XDS_RESOURCE_READ } from "../schemas/resource-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { parseResourceType } from "../shared/resource-type.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";
import { resourceReadModel } from "./resource-read-model.ts";

export const getXdsResource = xdsOperation({
  id: "getXdsResource",
  method: "GET",
  path: "/api/v2/xds/groups/{groupID}/resources/{type}/{name}",
  summary: "Read a resource of an xDS group",
  tag: "xDS resources",
  permission: xdsResources("read"),
  params: XDS_RESOURCE_PATH,
  responses: answers(200, "The resource, its secrets blotted out.", XDS_RESOURCE_READ),
  target: groupTarget,
  handler: async ({ target, params }, { store, xds }) => {
    const { typeUrl } = valid(parseResourceType(params.type), "/path/type");
    const codec = await xds.codec();
    const found = storedResource(store, target.id, { typeUrl, name: params.name });
    if (found === undefined) throw new Problem("not_found", "the group has no such resource");
    return resourceReply(200, found, resourceReadModel(codec));
  },
});
