import { SECURITY_GROUP } from "../../../model/kinds.ts";
import { provisioningStatus } from "../../../model/provisioning-status.ts";
import { NETWORK_BOUND_LIST_QUERY } from "../schemas/list-query-schema.ts";
import { SECURITY_GROUPS_READ } from "../schemas/security-group-schema.ts";
import { answers } from "../../shared/answers.ts";
import { collectionReply } from "../../shared/collection-reply.ts";
import { securityGroups } from "../shared/permissions.ts";
import { projectList } from "../../shared/project-list.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { securityGroupReadModel } from "./security-group-read-model.ts";

const permission = securityGroups("read");

export const listSecurityGroups = regionOperation({
  id: "listSecurityGroups",
  method: "GET",
  path: "/api/v2/securitygroups",
  summary: "List or watch security groups",
  tag: "security groups",
  permission,
  query: NETWORK_BOUND_LIST_QUERY,
  responses: answers(200, "The groups that match, by id.", SECURITY_GROUPS_READ, 410),
  handler: (request, services) => {
    const { query, principal } = request;
    const set = projectList(
      SECURITY_GROUP,
      ({ metadata }) => provisioningStatus(metadata),
      query,
      principal,
      permission,
    );
    return collectionReply(set, securityGroupReadModel, request, services);
  },
});
