import { SECURITY_GROUP } from "../../../model/kinds.ts";
import { SECURITY_GROUP_PATH } from "../schemas/path-schema.ts";
import { SECURITY_GROUP_READ, SECURITY_GROUP_UPDATE } from "../schemas/security-group-schema.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { beingDeleted } from "../../shared/invalid.ts";
import { securityGroups } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../../shared/resource-reply.ts";
import { storeUpdate } from "../shared/store-update.ts";
import { checkedRules } from "./checked-rules.ts";
import { securityGroupReadModel } from "./security-group-read-model.ts";
import { securityGroupTarget } from "./security-group-target.ts";

export const updateSecurityGroup = regionOperation({
  id: "updateSecurityGroup",
  method: "PUT",
  path: "/api/v2/securitygroups/{securityGroupID}",
  summary: "Replace a security group's names and rules",
  tag: "security groups",
  permission: securityGroups("update"),
  params: SECURITY_GROUP_PATH,
  body: SECURITY_GROUP_UPDATE,
  responses: answers(
    202,
    "The security group as it will be.",
    SECURITY_GROUP_READ,
    409,
    412,
    422,
    ...WITH_BODY,
  ),
  target: securityGroupTarget,
  handler: async (request, services) => {
    const spec = { rules: checkedRules(request.body.spec.rules) };
    const updated = await storeUpdate(SECURITY_GROUP, request, services, ({ metadata }) => {
      if (metadata.deletedAt !== undefined) throw beingDeleted("security group");
      return spec;
    });
    return resourceReply(202, updated, securityGroupReadModel);
  },
});
