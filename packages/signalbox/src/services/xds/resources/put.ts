import { answers, WITH_BODY } from "../../shared/answers.ts";
import { unprocessable, valid } from "../../shared/invalid.ts";
import { changeContent } from "../content/change-content.ts";
import { readMessage } from "../content/read-message.ts";
import { XDS_CHANGE } from "../schemas/change-schema.ts";
import { XDS_RESOURCE_PATH } from "../schemas/path-schema.ts";
import { DRY_RUN_QUERY, PROTOBUF_JSON } from "../schemas/resource-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { parseResourceType } from "../shared/resource-type.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";
import { assertResourceIfMatch } from "./resource-if-match.ts";

export const putXdsResource = xdsOperation({
  id: "putXdsResource",
  method: "PUT",
  path: "/api/v2/xds/groups/{groupID}/resources/{type}/{name}",
  summary: "Put a resource into an xDS group",
  description: "The body is the message, as protobuf JSON with its @type.",
  tag: "xDS resources",
  permission: xdsResources("update"),
  params: XDS_RESOURCE_PATH,
  query: DRY_RUN_QUERY,
  body: PROTOBUF_JSON,
  responses: answers(200, "What has changed.", XDS_CHANGE, 409, 412, 422, ...WITH_BODY),
  target: groupTarget,
  handler: async ({ target, params, query, body, principal, ifMatch, signal }, services) => {
    const { typeUrl } = valid(parseResourceType(params.type), "/path/type");
    const codec = await services.xds.codec();
    const resource = readMessage(codec, body, params.name, "");
    if (resource.typeUrl !== typeUrl) throw unprocessable(`the path says ${typeUrl}`, "/@type");
    return changeContent(
      {
        groupId: target.id,
        dryRun: query.dryRun,
        principal,
        signal,
        action: { action: "put" },
        edit: (reader, group) => {
          assertResourceIfMatch(ifMatch, reader, group.id, resource);
          return { set: [resource], remove: [] };
        },
      },
      services,
    );
  },
});
