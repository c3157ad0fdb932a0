import { isDeepStrictEqual } from "node:util";
import { assertIfMatch } from "@signalbox/http";
import { requireResource } from "@signalbox/store";
import { SECURITY_GROUP } from "../../../model/kinds.ts";
import { SECURITY_GROUP_PATH } from "../schemas/path-schema.ts";
import { SECURITY_GROUP_READ, SECURITY_GROUP_UPDATE } from "../schemas/security-group-schema.ts";
import { answers, WITH_BODY } from "../shared/answers.ts";
import { beingDeleted } from "../shared/invalid.ts";
import { securityGroups } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { resourceReply } from "../shared/resource-reply.ts";
import { updatedMetadata } from "../shared/written-metadata.ts";
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
  handler: async ({ target, body, principal, ifMatch, signal }, services) => {
    const spec = { rules: checkedRules(body.spec.rules) };
    const { result } = await services.store.transact(
      (tx) => {
        const present = requireResource(tx, SECURITY_GROUP, target.id);
        assertIfMatch(ifMatch, present.revision);
        const { value } = present;
        if (value.metadata.deletedAt !== undefined) throw beingDeleted("security group");
        const changed = !isDeepStrictEqual(spec, value.spec);
        const metadata = updatedMetadata(
          value.metadata,
          body.metadata,
          changed,
          principal,
          services,
        );
        tx.update(SECURITY_GROUP, target.id, { ...value, metadata, spec });
        return requireResource(tx, SECURITY_GROUP, target.id);
      },
      { signal },
    );
    return resourceReply(202, result, securityGroupReadModel);
  },
});
