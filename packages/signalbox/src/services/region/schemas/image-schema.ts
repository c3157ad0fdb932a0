import { Type } from "typebox";
import { CONDITIONED, METADATA_WRITE, STATIC_METADATA, UUID } from "./metadata-schema.ts";

export const ARCHITECTURE = Type.Enum(["x86_64", "aarch64"]);
const VIRTUALIZATION = Type.Enum(["virtualized", "baremetal", "any"]);
const SHORT = Type.String({ maxLength: 255 });
const OS = Type.Object({
  kernel: Type.Enum(["linux"]),
  family: SHORT,
  distro: SHORT,
  version: SHORT,
  variant: Type.Optional(SHORT),
  codename: Type.Optional(SHORT),
});
const SOFTWARE_VERSIONS = Type.Record(
  Type.String({ pattern: "^.{1,64}$" }),
  Type.String({ pattern: "^v\\d+\\.\\d+\\.\\d+$" }),
  { maxProperties: 64 },
);
const vendor = Type.Enum(["NVIDIA", "AMD"]);
const MODELS = Type.Array(SHORT, { maxItems: 64 });
const DIGEST = Type.String({ pattern: "^[0-9A-Fa-f]{64}$", description: "SHA-256 in hex." });
const FORMAT = Type.Enum(["qcow2", "raw"]);

const IMPORT_SPEC = {
  uri: Type.String({
    maxLength: 2048,
    description: "https:, http: or file:, of a place that the operator allows.",
  }),
  sha256: Type.Optional(DIGEST),
  format: Type.Optional(FORMAT),
  architecture: ARCHITECTURE,
  virtualization: VIRTUALIZATION,
  os: OS,
  softwareVersions: Type.Optional(SOFTWARE_VERSIONS),
  gpu: Type.Optional(Type.Object({ vendor, driver: SHORT, models: Type.Optional(MODELS) })),
};

/** v1: the path names the organization. */
export const IMAGE_CREATE_V1 = Type.Object(
  { metadata: METADATA_WRITE, spec: Type.Object(IMPORT_SPEC) },
  { title: "ImageCreateV1" },
);
/** v2: the body does. */
export const IMAGE_CREATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({ organizationId: UUID, ...IMPORT_SPEC }),
  },
  { title: "ImageCreate" },
);
/** The spec is empty, still it must be there (compute-api §1.6). */
export const SNAPSHOT_CREATE = Type.Object(
  { metadata: METADATA_WRITE, spec: Type.Object({}) },
  { title: "SnapshotCreate" },
);

export const IMAGE_READ = Type.Object(
  {
    metadata: STATIC_METADATA,
    spec: Type.Object({
      architecture: ARCHITECTURE,
      sizeGiB: Type.Integer(),
      virtualization: VIRTUALIZATION,
      os: OS,
      softwareVersions: Type.Optional(SOFTWARE_VERSIONS),
      gpu: Type.Optional(Type.Object({ vendor, driver: SHORT, models: Type.Optional(MODELS) })),
    }),
    status: Type.Object({
      state: Type.Enum(["pending", "creating", "ready", "failed"]),
      regionId: UUID,
      organizationId: Type.Optional(UUID),
      sizeBytes: Type.Integer({ description: "0 until it is known." }),
      digest: Type.Optional(Type.String()),
      progressPercent: Type.Optional(Type.Number()),
      source: Type.Object(
        {
          type: Type.Enum(["builtin", "import", "snapshot"]),
          uri: Type.Optional(Type.String()),
          sha256: Type.Optional(Type.String()),
          format: Type.Optional(FORMAT),
          serverId: Type.Optional(UUID),
          sourceImageId: Type.Optional(UUID),
        },
        { title: "ImageSource", description: "Where it comes from." },
      ),
      ...CONDITIONED,
    }),
  },
  { title: "Image" },
);
export const IMAGES_READ = Type.Array(IMAGE_READ);
