import { PAGING_QUERY } from "@signalbox/http";
import { Type } from "typebox";
import { TIME } from "../../region/schemas/metadata-schema.ts";

/** Protobuf JSON: which members there are, the type says. */
export const PROTOBUF_JSON = Type.Object(
  { "@type": Type.String({ maxLength: 512, description: "type.googleapis.com/…" }) },
  {
    additionalProperties: true,
    title: "XdsMessage",
    description: "A message as protobuf JSON, its secrets blotted out when it is read.",
    examples: [
      {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        name: "web",
        type: "EDS",
        eds_cluster_config: { eds_config: { ads: {}, resource_api_version: "V3" } },
      },
      {
        "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        name: "web",
        virtual_hosts: [
          {
            name: "all",
            domains: ["*"],
            routes: [{ match: { prefix: "/" }, route: { cluster: "web" } }],
          },
        ],
      },
    ],
  },
);

const NAME = Type.String({ minLength: 1, maxLength: 1_024 });

export const XDS_RESOURCE_READ = Type.Object(
  {
    type: Type.String({ description: "Short name, as cluster." }),
    typeUrl: Type.String(),
    name: NAME,
    version: Type.String({ description: "What clients are told: derived from the content." }),
    modifiedTime: TIME,
    modifiedBy: Type.String(),
    resource: Type.Optional(PROTOBUF_JSON),
  },
  { title: "XdsResource" },
);
export const XDS_RESOURCES_READ = Type.Array(XDS_RESOURCE_READ);

/** What a list answers can be sent back. */
export const XDS_RESOURCES_WRITE = Type.Object(
  {
    resources: Type.Array(
      Type.Object({
        name: Type.Optional(
          Type.String({
            minLength: 1,
            maxLength: 1_024,
            description: "For types whose messages do not say it: virtual hosts, endpoints.",
          }),
        ),
        resource: PROTOBUF_JSON,
      }),
      { maxItems: 100_000 },
    ),
  },
  { title: "XdsResourcesWrite" },
);

export const XDS_RESOURCES_QUERY = Type.Object({
  ...PAGING_QUERY.properties,
  type: Type.Optional(Type.String({ description: "Only this type." })),
  content: Type.Optional(Type.Boolean({ description: "Answer the messages too." })),
});

export const DRY_RUN_QUERY = Type.Object({
  dryRun: Type.Optional(
    Type.Boolean({
      description: "Write nothing; answer what would change, and whether it fits together.",
    }),
  ),
});

export const REPLACE_QUERY = Type.Object({
  ...DRY_RUN_QUERY.properties,
  keepOthers: Type.Optional(Type.Boolean({ description: "Remove nothing." })),
});
