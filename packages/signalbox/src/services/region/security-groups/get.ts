import { SECURITY_GROUP_PATH } from "../schemas/path-schema.ts";
import { SECURITY_GROUP_READ } from "../schemas/security-group-schema.ts";
import { answers } from "../../shared/answers.ts";
import { securityGroups } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { securityGroupReadModel } from "./security-group-read-model.ts";
import { securityGroupTarget } from "./security-group-target.ts";

export const getSecurityGroup = regionOperation({
  id: "getSecurityGroup",
  method: "GET",
  path: "/api/v2/securitygroups/{securityGroupID}",
  summary: "Read a security group",
  tag: "security groups",
  permission: securityGroups("read"),
  params: SECURITY_GROUP_PATH,
  responses: answers(200, "The security group.", SECURITY_GROUP_READ),
  target: securityGroupTarget,
  handler: ({ target }) => resourceReply(200, target, securityGroupReadModel),
});
