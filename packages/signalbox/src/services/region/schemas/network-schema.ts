import { Type } from "typebox";
import { CONDITIONED, METADATA_WRITE, PROJECT_METADATA, UUID } from "./metadata-schema.ts";

const ROUTE = Type.Object({
  prefix: Type.String({ description: "IPv4 CIDR." }),
  nexthop: Type.String({ description: "IPv4 address." }),
});
const PREFIX_LENGTH = Type.Integer({ minimum: 0, maximum: 30 });
const RESERVATIONS = Type.Object({
  prefixLength: PREFIX_LENGTH,
  providerReservedPrefixLength: Type.Optional(PREFIX_LENGTH),
});
const NAME_SERVERS = Type.Array(Type.String({ description: "IPv4 address." }), { maxItems: 16 });
const ROUTES = Type.Array(ROUTE, { maxItems: 256 });

export const NETWORK_CREATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({
      organizationId: UUID,
      projectId: UUID,
      regionId: UUID,
      prefix: Type.String({ description: "IPv4 CIDR, /24 or larger." }),
      reservations: Type.Optional(RESERVATIONS),
      dnsNameservers: NAME_SERVERS,
      routes: Type.Optional(ROUTES),
    }),
  },
  { title: "NetworkCreate" },
);

export const NETWORK_UPDATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({ dnsNameservers: NAME_SERVERS, routes: Type.Optional(ROUTES) }),
  },
  { title: "NetworkUpdate" },
);

export const NETWORK_READ = Type.Object(
  {
    metadata: PROJECT_METADATA,
    spec: Type.Object({
      dnsNameservers: NAME_SERVERS,
      routes: Type.Optional(ROUTES),
    }),
    status: Type.Object({
      regionId: UUID,
      prefix: Type.String(),
      reservations: RESERVATIONS,
      ...CONDITIONED,
    }),
  },
  { title: "Network" },
);
export const NETWORKS_READ = Type.Array(NETWORK_READ);
