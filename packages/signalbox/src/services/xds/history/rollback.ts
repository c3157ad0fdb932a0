import { assertIfMatch } from "@signalbox/http";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { changeContent } from "../content/change-content.ts";
import { planRollback } from "../content/plan-rollback.ts";
import { XDS_CHANGE, XDS_ROLLBACK } from "../schemas/change-schema.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { DRY_RUN_QUERY } from "../schemas/resource-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";

export const rollBackXdsGroup = xdsOperation({
  id: "rollBackXdsGroup",
  method: "POST",
  path: "/api/v2/xds/groups/{groupID}/rollback",
  summary: "Serve again what an xDS group served at a revision",
  description: "Resources and endpoints from servers; its nodes stay. It is a revision of its own.",
  tag: "xDS history",
  permission: xdsResources("update"),
  params: XDS_GROUP_PATH,
  query: DRY_RUN_QUERY,
  body: XDS_ROLLBACK,
  responses: answers(200, "What has changed.", XDS_CHANGE, 409, 410, 412, 422, ...WITH_BODY),
  target: groupTarget,
  handler: ({ target, body, query, principal, ifMatch, signal }, services) =>
    changeContent(
      {
        groupId: target.id,
        dryRun: query.dryRun,
        principal,
        signal,
        action: { action: "rollback", restored: body.revision },
        edit: (reader, group) => {
          assertIfMatch(ifMatch, group.revision);
          return planRollback(reader, group.id, group.value, body.revision);
        },
      },
      services,
    ),
});
