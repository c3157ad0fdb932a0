import { Problem } from "@signalbox/base";
import { answers } from "../../shared/answers.ts";
import { keptRevisions, oldestRestorable } from "../content/plan-rollback.ts";
import { XDS_REVISION_READ } from "../schemas/change-schema.ts";
import { XDS_REVISION_PATH } from "../schemas/path-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsResources } from "../shared/xds-permissions.ts";
import { revisionReadModel } from "./revision-read-model.ts";

export const getXdsRevision = xdsOperation({
  id: "getXdsRevision",
  method: "GET",
  path: "/api/v2/xds/groups/{groupID}/history/{revision}",
  summary: "Read a revision of an xDS group, with each change",
  tag: "xDS history",
  permission: xdsResources("read"),
  params: XDS_REVISION_PATH,
  responses: answers(200, "The revision.", XDS_REVISION_READ),
  target: groupTarget,
  handler: ({ target, params }, { store }) => {
    const revisions = keptRevisions(store, target.id);
    const wanted = Number(params.revision);
    const found = revisions.find(({ revision }) => revision === wanted);
    if (found === undefined) throw new Problem("not_found", "the revision is not kept");
    const oldest = oldestRestorable(revisions, target.value.content.revision);
    return { status: 200, body: revisionReadModel(found, oldest) };
  },
});
