import { isDeepStrictEqual } from "node:util";
import { assertIfMatch } from "@signalbox/http";
import { requireResource } from "@signalbox/store";
import { XDS_GROUP } from "../../../model/kinds.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { updatedMetadata } from "../../shared/written-metadata.ts";
import { writeContent } from "../content/write-content.ts";
import { planChange } from "../content/plan-change.ts";
import { XDS_GROUP_READ, XDS_GROUP_UPDATE } from "../schemas/group-schema.ts";
import { XDS_GROUP_PATH } from "../schemas/path-schema.ts";
import { groupTarget } from "../shared/group-target.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsGroups } from "../shared/xds-permissions.ts";
import { assertUnclaimed } from "./assert-unclaimed.ts";
import { groupReadModel } from "./group-read-model.ts";
import { writtenGroupSpec } from "./written-spec.ts";

export const updateXdsGroup = xdsOperation({
  id: "updateXdsGroup",
  method: "PUT",
  path: "/api/v2/xds/groups/{groupID}",
  summary: "Replace the nodes of an xDS group and its endpoints from servers",
  description: "Its resources stay. A change of endpoints is a revision of the group.",
  tag: "xDS groups",
  permission: xdsGroups("update"),
  params: XDS_GROUP_PATH,
  body: XDS_GROUP_UPDATE,
  responses: answers(200, "The group.", XDS_GROUP_READ, 409, 412, 422, ...WITH_BODY),
  target: groupTarget,
  handler: async ({ target, body, principal, ifMatch, signal }, services) => {
    const { limits } = services.xds;
    const { result } = await services.store.transact(
      (tx) => {
        const { value, id, revision } = requireResource(tx, XDS_GROUP, target.id);
        assertIfMatch(ifMatch, revision);
        const spec = writtenGroupSpec(body.spec, value.metadata.projectId, tx);
        assertUnclaimed(tx, id, spec.nodes, principal);
        const edit = { set: [], remove: [], endpoints: spec.endpoints };
        const plan = planChange(tx, id, value, edit, limits);
        const changed = !isDeepStrictEqual(spec, value.spec);
        const metadata = updatedMetadata(
          value.metadata,
          body.metadata,
          changed,
          principal,
          services,
        );
        if (plan.content.revision !== value.content.revision) {
          const at = metadata.modifiedAt ?? metadata.createdAt;
          writeContent(tx, id, plan, { by: principal.subject, at, action: "update" }, limits);
        }
        tx.update(XDS_GROUP, id, { metadata, spec, content: plan.content });
        return requireResource(tx, XDS_GROUP, id);
      },
      { signal },
    );
    return resourceReply(200, result, groupReadModel);
  },
});
