import type { Static } from "typebox";
import { findCondition } from "../../model/condition.ts";
import type { Metadata, ProjectMetadata } from "../../model/metadata.ts";
import type { HealthStatus, ProvisioningStatus } from "../../model/provisioning-status.ts";
import type {
  CONDITION,
  PROJECT_METADATA,
  STATIC_METADATA,
} from "../region/schemas/metadata-schema.ts";

type StaticMetadata = Static<typeof STATIC_METADATA>;
type ProjectRead = Static<typeof PROJECT_METADATA>;

interface Statuses {
  readonly provisioningStatus: ProvisioningStatus;
  readonly healthStatus: HealthStatus;
}

/** What images show of their metadata. */
export function staticMetadata(metadata: Metadata): StaticMetadata {
  const { description, tags, modifiedAt, modifiedBy } = metadata;
  return {
    id: metadata.id,
    name: metadata.name,
    ...(description === undefined ? {} : { description }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
    creationTime: metadata.createdAt,
    createdBy: metadata.createdBy,
    ...(modifiedAt === undefined ? {} : { modifiedTime: modifiedAt }),
    ...(modifiedBy === undefined ? {} : { modifiedBy }),
  };
}

/** What resources of a project show of their metadata (compute-api §1.2). */
export function projectMetadata(metadata: ProjectMetadata, statuses: Statuses): ProjectRead {
  return {
    ...staticMetadata(metadata),
    ...statuses,
    ...detail("provisioningStatusDetail", metadata, "Available"),
    ...detail("healthStatusDetail", metadata, "Healthy"),
    ...(metadata.deletedAt === undefined ? {} : { deletionTime: metadata.deletedAt }),
    generation: metadata.generation,
    organizationId: metadata.organizationId,
    projectId: metadata.projectId,
  };
}

/** The conditions as they are shown, and the newest generation that one of them speaks of. */
export function conditionsRead({ conditions }: Metadata): {
  conditions: Static<typeof CONDITION>[];
  observedGeneration?: number;
} {
  const available = findCondition(conditions, "Available");
  return {
    conditions: [...conditions],
    ...(available === undefined ? {} : { observedGeneration: available.observedGeneration }),
  };
}

function detail(
  member: "provisioningStatusDetail" | "healthStatusDetail",
  { conditions }: Metadata,
  type: "Available" | "Healthy",
): object {
  const condition = findCondition(conditions, type);
  return condition === undefined
    ? {}
    : { [member]: { reason: condition.reason, message: condition.message } };
}
