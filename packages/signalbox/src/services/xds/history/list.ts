import { answers } from "../../shared/answers.ts";
import { keptRevisions, oldestRestorable } from "../content/plan-rollback.ts";
import { XDS_REVISIONS_READ } from "../schemas/change-schema.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";
import { revisionRow } from "./revision-read-model.ts";

export const listXdsRevisions = xdsOperation({
  id: "listXdsRevisions",
  method: "GET",
  path: "/api/v2/xds/groups/{groupID}/history",
  summary: "List the revisions of an xDS group",
  description: "Who changed what it serves, and when. The last ones are kept.",
  tag: "xDS history",
  permission: xdsResources("read"),
  params: XDS_GROUP_PATH,
  responses: answers(200, "The revisions that are kept, newest first.", XDS_REVISIONS_READ),
  target: groupTarget,
  handler: ({ target }, { store }) => {
    const revisions = keptRevisions(store, target.id);
    const oldest = oldestRestorable(revisions, target.value.content.revision);
    return { status: 200, body: revisions.map((revision) => revisionRow(revision, oldest)) };
  },
});
