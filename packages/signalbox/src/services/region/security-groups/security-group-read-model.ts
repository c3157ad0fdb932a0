import type { Resource } from "@signalbox/store";
import type { Static } from "typebox";
import { networkHealthStatus, provisioningStatus } from "../../../model/provisioning-status.ts";
import type { SecurityGroup } from "../../../model/security-group.ts";
import type { SECURITY_GROUP_READ } from "../schemas/security-group-schema.ts";
import { conditionsRead, projectMetadata } from "../../shared/metadata-read-model.ts";

/** A security group as the API shows it. */
export function securityGroupReadModel({
  value: { metadata, spec, regionId, networkId },
}: Resource<SecurityGroup>): Static<typeof SECURITY_GROUP_READ> {
  return {
    metadata: projectMetadata(metadata, {
      provisioningStatus: provisioningStatus(metadata),
      healthStatus: networkHealthStatus(metadata),
    }),
    spec: { rules: [...spec.rules] },
    status: { regionId, networkId, ...conditionsRead(metadata) },
  };
}
