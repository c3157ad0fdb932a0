import { Type } from "typebox";

/** Display names (compute-api §1.1); strict clients use the 63 characters to the full. */
const NAME_PATTERN = "^[0-9A-Za-z](?:[0-9A-Za-z-_.]{0,61}[0-9A-Za-z])?$";
const MAX_DESCRIPTION = 4096;
const MAX_TAGS = 64;
const MAX_TAG_NAME = 256;
const MAX_TAG_VALUE = 1024;

export const UUID = Type.String({ format: "uuid" });
export const TIME = Type.String({ format: "date-time" });

export const TAG = Type.Object(
  {
    name: Type.String({ maxLength: MAX_TAG_NAME }),
    value: Type.String({ maxLength: MAX_TAG_VALUE }),
  },
  { title: "Tag" },
);

/** What a caller sends with every create and update. */
export const METADATA_WRITE = Type.Object(
  {
    name: Type.String({ pattern: NAME_PATTERN, description: "1 to 63 characters." }),
    description: Type.Optional(Type.String({ maxLength: MAX_DESCRIPTION })),
    tags: Type.Optional(Type.Array(TAG, { maxItems: MAX_TAGS })),
  },
  { title: "MetadataWrite" },
);

const STATIC = {
  id: UUID,
  name: Type.String(),
  description: Type.Optional(Type.String()),
  tags: Type.Optional(Type.Array(TAG)),
  creationTime: TIME,
  createdBy: Type.Optional(Type.String()),
  modifiedTime: Type.Optional(TIME),
  modifiedBy: Type.Optional(Type.String()),
};

const STATUS_DETAIL = Type.Object({ reason: Type.String(), message: Type.String() });

const RESOURCE = {
  ...STATIC,
  provisioningStatus: Type.Enum([
    "pending",
    "provisioning",
    "provisioned",
    "deprovisioning",
    "error",
  ]),
  healthStatus: Type.Enum(["unknown", "healthy", "degraded", "error"]),
  provisioningStatusDetail: Type.Optional(STATUS_DETAIL),
  healthStatusDetail: Type.Optional(STATUS_DETAIL),
  deletionTime: Type.Optional(TIME),
  generation: Type.Optional(
    Type.Integer({ description: "Counts the changes of the desired state, from 1." }),
  ),
};

/** Metadata of what never changes: flavors and images. */
export const STATIC_METADATA = Type.Object(STATIC, { title: "StaticMetadata" });

/** Metadata of regions. */
export const RESOURCE_METADATA = Type.Object(RESOURCE, { title: "ResourceMetadata" });

/** Metadata of what belongs to a project. */
export const PROJECT_METADATA = Type.Object(
  { ...RESOURCE, organizationId: UUID, projectId: UUID },
  { title: "ProjectMetadata" },
);

/** One aspect of a resource's state: what it is, why, and since when. */
export const CONDITION = Type.Object(
  {
    type: Type.String(),
    status: Type.Enum(["True", "False", "Unknown"]),
    reason: Type.String({ description: "For programs." }),
    message: Type.String({ description: "For people." }),
    since: TIME,
    observedGeneration: Type.Integer(),
  },
  { title: "Condition" },
);

/** What the status of every reconciled resource says about the reconcile. */
export const CONDITIONED = {
  conditions: Type.Array(CONDITION),
  observedGeneration: Type.Optional(
    Type.Integer({ description: "The generation that the conditions speak of." }),
  ),
};
