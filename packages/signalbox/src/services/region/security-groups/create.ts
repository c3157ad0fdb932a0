import { requireResource } from "@signalbox/store";
import { NETWORK, SECURITY_GROUP } from "../../../model/kinds.ts";
import { FINALIZER } from "../../../model/metadata.ts";
import { newResourceId } from "../../../model/uuid.ts";
import { SECURITY_GROUP_CREATE, SECURITY_GROUP_READ } from "../schemas/security-group-schema.ts";
import { addressed } from "../../shared/addressed.ts";
import { answers, WITH_BODY } from "../../shared/answers.ts";
import { beingDeleted } from "../../shared/invalid.ts";
import { networks, securityGroups } from "../shared/permissions.ts";
import { assertProjectExists } from "../../shared/project-exists.ts";
import { regionOperation } from "../shared/region-operation.ts";
import { createdReply } from "../../shared/resource-reply.ts";
import { createdMetadata } from "../../shared/written-metadata.ts";
import { checkedRules } from "./checked-rules.ts";
import { securityGroupReadModel } from "./security-group-read-model.ts";

const permission = securityGroups("create");

export const createSecurityGroup = regionOperation({
  id: "createSecurityGroup",
  method: "POST",
  path: "/api/v2/securitygroups",
  summary: "Create a security group on a network",
  tag: "security groups",
  permission,
  readPermission: networks("read"),
  body: SECURITY_GROUP_CREATE,
  responses: answers(201, "The security group.", SECURITY_GROUP_READ, 409, 422, ...WITH_BODY),
  target: ({ body }, { store }) => addressed(store, NETWORK, body.spec.networkId, "networks"),
  handler: async ({ target, body, principal, signal }, services) => {
    const { organizationId, projectId } = target.value.metadata;
    assertProjectExists(principal, permission, { organizationId, projectId }, services.catalogue);
    const rules = checkedRules(body.spec.rules);
    const id = newResourceId(services.random);
    const metadata = {
      ...createdMetadata(body.metadata, { id, finalizers: [FINALIZER] }, principal, services),
      organizationId,
      projectId,
    };
    const { result } = await services.store.transact(
      (tx) => {
        const network = requireResource(tx, NETWORK, target.id);
        if (network.value.metadata.deletedAt !== undefined) throw beingDeleted("network");
        tx.create(SECURITY_GROUP, id, {
          metadata,
          regionId: network.value.regionId,
          networkId: network.id,
          spec: { rules },
        });
        return requireResource(tx, SECURITY_GROUP, id);
      },
      { signal },
    );
    return createdReply("securitygroups", result, securityGroupReadModel);
  },
});
