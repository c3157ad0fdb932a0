import { Type } from "typebox";
import { METADATA_WRITE, PROJECT_METADATA, UUID } from "../../region/schemas/metadata-schema.ts";

const NODE_NAME = Type.String({ minLength: 1, maxLength: 256 });

const NODES = Type.Object(
  {
    ids: Type.Optional(Type.Array(NODE_NAME, { maxItems: 1_000, description: "Node ids." })),
    clusters: Type.Optional(
      Type.Array(NODE_NAME, {
        maxItems: 100,
        description: "Clusters of nodes, for nodes that no group names by id.",
      }),
    ),
  },
  { title: "XdsNodes" },
);

const SELECTOR = Type.Object(
  {
    networkId: Type.Optional(UUID),
    tags: Type.Optional(
      Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 1_024 }), {
        maxProperties: 16,
        description: "Names and values of tags; a server must have all of them.",
      }),
    ),
  },
  { title: "XdsServerSelector", description: "At least one of the two; both must hold." },
);

const ENDPOINTS = Type.Array(
  Type.Object(
    {
      cluster: Type.String({
        minLength: 1,
        maxLength: 512,
        description: "Name of the ClusterLoadAssignment.",
      }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
      from: SELECTOR,
    },
    { title: "XdsServerEndpoints" },
  ),
  { maxItems: 256, description: "Clusters whose endpoints are running servers of the project." },
);

const WRITTEN = { nodes: Type.Optional(NODES), endpoints: Type.Optional(ENDPOINTS) };

export const XDS_GROUP_CREATE = Type.Object(
  {
    metadata: METADATA_WRITE,
    spec: Type.Object({ organizationId: UUID, projectId: UUID, ...WRITTEN }),
  },
  { title: "XdsGroupCreate" },
);

export const XDS_GROUP_UPDATE = Type.Object(
  { metadata: METADATA_WRITE, spec: Type.Object(WRITTEN) },
  { title: "XdsGroupUpdate" },
);

export const XDS_GROUP_READ = Type.Object(
  {
    metadata: PROJECT_METADATA,
    spec: Type.Object({
      nodes: Type.Object({ ids: Type.Array(Type.String()), clusters: Type.Array(Type.String()) }),
      endpoints: ENDPOINTS,
    }),
    status: Type.Object({
      revision: Type.Integer({ description: "Counts the changes of what is served." }),
      resources: Type.Integer(),
      bytes: Type.Integer({ description: "Of the encoded resources." }),
    }),
  },
  { title: "XdsGroup" },
);
export const XDS_GROUPS_READ = Type.Array(XDS_GROUP_READ);
