import { Type } from "typebox";
import { CONDITIONED, METADATA_WRITE, PROJECT_METADATA, UUID } from "./metadata-schema.ts";

const PORT = Type.Integer({ minimum: 1, maximum: 65_535 });
const RULE = Type.Object(
  {
    direction: Type.Enum(["ingress", "egress"]),
    protocol: Type.Enum(["any", "icmp", "tcp", "udp", "vrrp"]),
    port: Type.Optional(PORT),
    portMax: Type.Optional(PORT),
    prefix: Type.Optional(Type.String({ description: "IPv4 CIDR; absent: any." })),
  },
  { title: "SecurityGroupRule" },
);
const RULES = Type.Array(RULE, { maxItems: 1024 });

export const SECURITY_GROUP_CREATE = Type.Object(
  { metadata: METADATA_WRITE, spec: Type.Object({ networkId: UUID, rules: RULES }) },
  { title: "SecurityGroupCreate" },
);
export const SECURITY_GROUP_UPDATE = Type.Object(
  { metadata: METADATA_WRITE, spec: Type.Object({ rules: RULES }) },
  { title: "SecurityGroupUpdate" },
);
export const SECURITY_GROUP_READ = Type.Object(
  {
    metadata: PROJECT_METADATA,
    spec: Type.Object({ rules: RULES }),
    status: Type.Object({ regionId: UUID, networkId: UUID, ...CONDITIONED }),
  },
  { title: "SecurityGroup" },
);
export const SECURITY_GROUPS_READ = Type.Array(SECURITY_GROUP_READ);
