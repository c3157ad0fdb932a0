import { Type } from "typebox";
import { ARCHITECTURE } from "./image-schema.ts";
import { RESOURCE_METADATA, STATIC_METADATA, UUID } from "./metadata-schema.ts";

const TYPE = Type.Enum(["openstack", "kubernetes", "simulated", "qemu"]);
const FEATURES = Type.Object({ physicalNetworks: Type.Boolean() });

export const REGION_READ = Type.Object(
  { metadata: RESOURCE_METADATA, spec: Type.Object({ type: TYPE, features: FEATURES }) },
  { title: "Region" },
);
export const REGIONS_READ = Type.Array(REGION_READ);

export const REGION_DETAIL_READ = Type.Object(
  {
    metadata: RESOURCE_METADATA,
    spec: Type.Object({ type: TYPE, features: FEATURES }),
    status: Type.Object({
      usable: Type.Boolean(),
      message: Type.String({ description: "How machines are run, or what is wrong." }),
      capabilities: Type.Record(
        Type.String(),
        Type.Union([Type.Boolean(), Type.Array(Type.String())]),
        { description: "What the region's provider can do." },
      ),
    }),
  },
  { title: "RegionDetail" },
);

export const FLAVORS_READ = Type.Array(
  Type.Object(
    {
      metadata: STATIC_METADATA,
      spec: Type.Object({
        cpus: Type.Integer(),
        cpuFamily: Type.Optional(Type.String()),
        memory: Type.Integer({ description: "GiB, rounded down." }),
        memoryBytes: Type.Integer(),
        disk: Type.Integer({ description: "GB (10^9 bytes), rounded down." }),
        diskBytes: Type.Integer(),
        architecture: ARCHITECTURE,
        baremetal: Type.Optional(Type.Boolean()),
        pinnedOnly: Type.Optional(Type.Boolean()),
        gpu: Type.Optional(
          Type.Object({
            vendor: Type.Enum(["NVIDIA", "AMD"]),
            model: Type.String(),
            memory: Type.Integer({ description: "GiB of each logical GPU." }),
            physicalCount: Type.Integer(),
            logicalCount: Type.Integer(),
          }),
        ),
      }),
    },
    { title: "Flavor" },
  ),
);

export const EXTERNAL_NETWORKS_READ = Type.Array(
  Type.Object({ id: UUID, name: Type.String() }, { title: "ExternalNetwork" }),
);

export const SERVICE_VERSION = Type.Object(
  { name: Type.String(), version: Type.String() },
  { title: "ServiceVersion" },
);
/** RFC 9728. */
export const PROTECTED_RESOURCE = Type.Object(
  {
    resource: Type.String(),
    authorization_servers: Type.Array(Type.String()),
    scopes_supported: Type.Array(Type.String()),
    bearer_methods_supported: Type.Array(Type.String()),
  },
  { title: "ProtectedResource" },
);
