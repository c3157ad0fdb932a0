import { SECURITY_GROUP } from "../../../model/kinds.ts";
import { SECURITY_GROUP_PATH } from "../schemas/path-schema.ts";
import { answers } from "../../shared/answers.ts";
import { assertNoServers } from "../shared/assert-no-servers.ts";
import { securityGroups } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { storeDeletion } from "../shared/store-deletion.ts";
import { securityGroupTarget } from "./security-group-target.ts";

export const deleteSecurityGroup = regionOperation({
  id: "deleteSecurityGroup",
  method: "DELETE",
  path: "/api/v2/securitygroups/{securityGroupID}",
  summary: "Delete a security group",
  description: "Refused with 409 and the servers' names while servers use it.",
  tag: "security groups",
  permission: securityGroups("delete"),
  params: SECURITY_GROUP_PATH,
  responses: answers(202, "It will go.", undefined, 409, 412),
  target: securityGroupTarget,
  handler: (request, services) =>
    storeDeletion(SECURITY_GROUP, request, services, ({ metadata }, tx) =>
      assertNoServers(tx, "securityGroup", metadata.id, "security group"),
    ),
});
