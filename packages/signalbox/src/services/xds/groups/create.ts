import { requireResource } from "@signalbox/store";
import { XDS_GROUP } from "../../../model/kinds.ts";
import { newResourceId } from "../../../model/uuid.ts";
import type { XdsGroup } from "../../../model/xds-group.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { intoProject } from "../../shared/into-project.ts";
import { assertProjectExists } from "../../shared/project-exists.ts";
import { createdReply } from "../../shared/resource-reply.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
import { writeContent } from "../content/write-content.ts";
import { planChange } from "../content/plan-change.ts";
import { XDS_GROUP_CREATE, XDS_GROUP_READ } from "../schemas/group-schema.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsGroups } from "../shared/xds-permissions.ts";
import { assertUnclaimed } from "./assert-unclaimed.ts";
import { groupReadModel } from "./group-read-model.ts";
import { writtenGroupSpec } from "./written-spec.ts";

const permission = xdsGroups("create");
const NOTHING: XdsGroup["content"] = { revision: 0, resources: 0, bytes: 0, types: [] };

export const createXdsGroup = xdsOperation({
  id: "createXdsGroup",
  method: "POST",
  path: "/api/v2/xds/groups",
  summary: "Create an xDS group",
  description: "Its nodes are served what is put into it; a node is of one group.",
  tag: "xDS groups",
  permission,
  body: XDS_GROUP_CREATE,
  responses: answers(201, "The group.", XDS_GROUP_READ, 409, 422, ...WITH_BODY),
  target: ({ body }) => intoProject(body.spec, "xdsgroups"),
  handler: async ({ body, principal, signal }, services) => {
    const { organizationId, projectId, ...written } = body.spec;
    assertProjectExists(principal, permission, { organizationId, projectId }, services.catalogue);
    const id = newResourceId(services.random);
    // No part has to clean up after it, so a deletion takes it away at once.
    const metadata = {
      ...createdMetadata(body.metadata, { id, finalizers: [] }, principal, services),
      organizationId,
      projectId,
    };
    const { limits } = services.xds;
    const { result } = await services.store.transact(
      (tx) => {
        const spec = writtenGroupSpec(written, projectId, tx);
        assertUnclaimed(tx, id, spec.nodes, principal);
        const empty = { metadata, spec: { ...spec, endpoints: [] }, content: NOTHING };
        const edit = { set: [], remove: [], endpoints: spec.endpoints };
        const plan = planChange(tx, id, empty, edit, limits);
        const content = { ...plan.content, revision: 1 };
        const authorship = {
          by: principal.subject,
          at: metadata.createdAt,
          action: "create",
        } as const;
        writeContent(tx, id, { ...plan, content }, authorship, limits);
        tx.create(XDS_GROUP, id, { metadata, spec, content });
        return requireResource(tx, XDS_GROUP, id);
      },
      { signal },
    );
    return createdReply("xdsgroups", result, groupReadModel);
  },
});
