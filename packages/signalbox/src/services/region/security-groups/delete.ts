import { assertIfMatch } from "@signalbox/http";
import { SECURITY_GROUP } from "../../../model/kinds.ts";
import { SECURITY_GROUP_PATH } from "../schemas/path-schema.ts";
import { answers } from "../shared/answers.ts";
import { assertNoServers } from "../shared/assert-no-servers.ts";
import { securityGroups } from "../shared/permissions.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { ACCEPTED } from "../shared/resource-reply.ts";
import { deletedMetadata } from "../shared/written-metadata.ts";
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
  handler: async ({ target, principal, ifMatch, signal }, services) => {
    await services.store.transact(
      (tx) => {
        const present = tx.get(SECURITY_GROUP, target.id);
        if (present === undefined || present.value.metadata.deletedAt !== undefined) return;
        assertIfMatch(ifMatch, present.revision);
        assertNoServers(tx, "securityGroup", present.id, "security group");
        const metadata = deletedMetadata(present.value.metadata, principal, services);
        tx.update(SECURITY_GROUP, present.id, { ...present.value, metadata });
      },
      { signal },
    );
    return ACCEPTED;
  },
});
