import { answers } from "../../shared/answers.ts";
import { valid } from "../../shared/invalid.ts";
import { changeContent } from "../content/change-content.ts";
import { XDS_CHANGE } from "../schemas/change-schema.ts";
import { XDS_RESOURCE_PATH } from "../schemas/path-schema.ts";
import { DRY_RUN_QUERY } from "../schemas/resource-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { parseResourceType } from "../shared/resource-type.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";
import { assertResourceIfMatch } from "./resource-if-match.ts";

export const deleteXdsResource = xdsOperation({
  id: "deleteXdsResource",
  method: "DELETE",
  path: "/api/v2/xds/groups/{groupID}/resources/{type}/{name}",
  summary: "Take a resource out of an xDS group",
  description: "One that is not there is as good as gone.",
  tag: "xDS resources",
  permission: xdsResources("delete"),
  params: XDS_RESOURCE_PATH,
  query: DRY_RUN_QUERY,
  responses: answers(200, "What has changed.", XDS_CHANGE, 412),
  target: groupTarget,
  handler: ({ target, params, query, principal, ifMatch, signal }, services) => {
    const { typeUrl } = valid(parseResourceType(params.type), "/path/type");
    const key = { typeUrl, name: params.name };
    return changeContent(
      {
        groupId: target.id,
        dryRun: query.dryRun,
        principal,
        signal,
        action: { action: "delete" },
        edit: (reader, group) => {
          assertResourceIfMatch(ifMatch, reader, group.id, key);
          return { set: [], remove: [key] };
        },
      },
      services,
    );
  },
});
