import { XDS_GROUP } from "../../../model/kinds.ts";
import { PROJECT_LIST_QUERY } from "../../region/schemas/list-query-schema.ts";
import { answers } from "../../shared/answers.ts";
import { collectionReply } from "../../shared/collection-reply.ts";
import { projectList } from "../../shared/project-list.ts";
import { XDS_GROUPS_READ } from "../schemas/group-schema.ts";
import { xdsOperation } from "../shared/xds-operation.ts";
import { xdsGroups } from "../shared/xds-permissions.ts";
import { groupReadModel } from "./group-read-model.ts";

const permission = xdsGroups("read");

export const listXdsGroups = xdsOperation({
  id: "listXdsGroups",
  method: "GET",
  path: "/api/v2/xds/groups",
  summary: "List or watch xDS groups",
  tag: "xDS groups",
  permission,
  query: PROJECT_LIST_QUERY,
  responses: answers(200, "The groups that match, by id.", XDS_GROUPS_READ, 410),
  handler: (request, services) => {
    const { query, principal } = request;
    const set = projectList(XDS_GROUP, () => "provisioned", query, principal, permission);
    return collectionReply(set, groupReadModel, request, services);
  },
});
