import { Type } from "typebox";
import { TIME } from "../../region/schemas/metadata-schema.ts";

const ID = { type: Type.String(), typeUrl: Type.String(), name: Type.String() };
const RESOURCE_ID = Type.Object(ID);
const SEVERITY = Type.Enum(["error", "warning"]);

const CHANGE = Type.Object(
  {
    ...ID,
    change: Type.Enum(["created", "updated", "deleted"]),
    before: Type.Optional(Type.String({ description: "Version before." })),
    after: Type.Optional(Type.String({ description: "Version after." })),
  },
  { title: "XdsResourceChange" },
);

const CONSISTENCY = Type.Object(
  {
    isConsistent: Type.Boolean({ description: "True when nothing below is an error." }),
    dangling: Type.Array(Type.Object({ from: RESOURCE_ID, to: RESOURCE_ID, severity: SEVERITY }), {
      description: "References to what is not there.",
    }),
    unreferenced: Type.Array(Type.Object({ resource: RESOURCE_ID, severity: SEVERITY }), {
      description: "Resources that nothing refers to.",
    }),
    unreadable: Type.Array(
      Type.Object({ resource: RESOURCE_ID, reason: Type.String(), severity: SEVERITY }),
    ),
  },
  { title: "XdsConsistency" },
);

/** What a write did, or would do. */
export const XDS_CHANGE = Type.Object(
  {
    revision: Type.Integer({ description: "The group's revision after it." }),
    dryRun: Type.Boolean(),
    changes: Type.Array(CHANGE),
    endpointsChanged: Type.Boolean(),
    consistency: Type.Optional(CONSISTENCY),
  },
  { title: "XdsChange" },
);

const REVISION = {
  revision: Type.Integer(),
  time: TIME,
  by: Type.String(),
  action: Type.Enum(["create", "update", "put", "delete", "replace", "rollback"]),
  restored: Type.Optional(Type.Integer({ description: "The revision that it went back to." })),
  created: Type.Integer(),
  updated: Type.Integer(),
  deleted: Type.Integer(),
  endpointsChanged: Type.Boolean(),
  canRollBack: Type.Boolean({ description: "Whether a rollback can restore it." }),
};

export const XDS_REVISION_ROW = Type.Object(REVISION, { title: "XdsRevisionRow" });
export const XDS_REVISIONS_READ = Type.Array(XDS_REVISION_ROW);
export const XDS_REVISION_READ = Type.Object(
  { ...REVISION, changes: Type.Array(CHANGE) },
  { title: "XdsRevision" },
);

export const XDS_ROLLBACK = Type.Object(
  { revision: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
  { title: "XdsRollback" },
);
