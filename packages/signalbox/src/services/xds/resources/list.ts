import { XDS_RESOURCE } from "../../../model/kinds.ts";
import { answers } from "../../shared/answers.ts";
import { valid } from "../../shared/invalid.ts";
import { listReply } from "../../shared/list-reply.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { XDS_RESOURCES_QUERY, XDS_RESOURCES_READ } from "../schemas/resource-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { parseResourceType } from "../shared/resource-type.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";
import { resourceReadModel } from "./resource-read-model.ts";

export const listXdsResources = xdsOperation({
  id: "listXdsResources",
  method: "GET",
  path: "/api/v2/xds/groups/{groupID}/resources",
  summary: "List the resources of an xDS group",
  description: "Endpoints from servers are not among them.",
  tag: "xDS resources",
  permission: xdsResources("read"),
  params: XDS_GROUP_PATH,
  query: XDS_RESOURCES_QUERY,
  responses: answers(200, "The resources, in a stable order.", XDS_RESOURCES_READ),
  target: groupTarget,
  handler: async ({ target, query }, { store, xds }) => {
    const { type, content } = query;
    const typeUrl =
      type === undefined ? undefined : valid(parseResourceType(type), "/query/type").typeUrl;
    const codec = content === true ? await xds.codec() : undefined;
    const set = {
      kind: XDS_RESOURCE,
      filter: (resource: { readonly typeUrl: string }) =>
        typeUrl === undefined || resource.typeUrl === typeUrl,
      index: { name: "group", value: target.id },
    };
    return listReply(set, resourceReadModel(codec), query, store);
  },
});
