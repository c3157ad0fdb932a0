import { PAGING_QUERY } from "@signalbox/http";
import { Type } from "typebox";
import { TIME, UUID } from "../../region/schemas/metadata-schema.ts";

const VERSION_AT = Type.Object({ version: Type.String(), time: TIME });
const REFUSAL = {
  version: Type.String(),
  time: TIME,
  code: Type.Integer({ description: "gRPC status code." }),
  message: Type.String(),
};
const GROUP = Type.Object({ id: UUID, name: Type.String() });

const TYPE_STATUS = Type.Object(
  {
    type: Type.String(),
    typeUrl: Type.String(),
    state: Type.Enum(["waiting", "sent", "synced", "refused"], {
      description:
        "waiting: nothing to send yet; sent: not answered yet; refused: until an answer is accepted.",
    }),
    isWildcard: Type.Boolean(),
    names: Type.Array(Type.String(), { description: "The first that it subscribes to." }),
    nameCount: Type.Integer(),
    sent: Type.Optional(VERSION_AT),
    accepted: Type.Optional(VERSION_AT),
    refused: Type.Optional(Type.Object(REFUSAL)),
    resources: Type.Optional(
      Type.Array(
        Type.Object({
          name: Type.String(),
          version: Type.String(),
          state: Type.Enum(["synced", "not-sent", "stale", "error"]),
        }),
      ),
    ),
  },
  { title: "XdsTypeStatus" },
);

export const XDS_NODE_READ = Type.Object(
  {
    nodeId: Type.String(),
    cluster: Type.String(),
    group: Type.Optional(GROUP),
    streamId: Type.Integer(),
    protocol: Type.Enum(["sotw", "delta"]),
    peer: Type.String({ description: "Address and port." }),
    openedTime: TIME,
    userAgent: Type.String(),
    types: Type.Array(TYPE_STATUS),
  },
  { title: "XdsNode" },
);
export const XDS_NODES_READ = Type.Array(XDS_NODE_READ);

const FILTER = {
  nodeID: Type.Optional(Type.Array(Type.String(), { description: "Any may match." })),
  groupID: Type.Optional(Type.Array(UUID, { description: "Any may match." })),
};

export const XDS_NODES_QUERY = Type.Object({
  ...PAGING_QUERY.properties,
  ...FILTER,
  resources: Type.Optional(Type.Boolean({ description: "Answer each resource's state too." })),
});

export const XDS_NACK_READ = Type.Object(
  {
    nodeId: Type.String(),
    group: Type.Optional(GROUP),
    streamId: Type.Integer(),
    type: Type.String(),
    typeUrl: Type.String(),
    resources: Type.Array(Type.String(), { description: "The first in the refused answer." }),
    ...REFUSAL,
  },
  { title: "XdsNack" },
);
export const XDS_NACKS_READ = Type.Array(XDS_NACK_READ);
export const XDS_NACKS_QUERY = Type.Object(FILTER);

const COUNT = Type.Number({ minimum: 0 });

export const XDS_LOAD_READ = Type.Object(
  {
    nodeId: Type.String(),
    group: Type.Optional(GROUP),
    streamId: Type.Integer({ description: "Of load reports: they are numbered for themselves." }),
    cluster: Type.String(),
    service: Type.Optional(Type.String({ description: "How the cluster asks for endpoints." })),
    time: TIME,
    intervalMs: Type.Number({ minimum: 0, description: "What the numbers are of." }),
    succeeded: COUNT,
    failed: COUNT,
    dropped: Type.Number({ minimum: 0, description: "Given up before an endpoint was chosen." }),
    inProgress: Type.Number({ minimum: 0, description: "At the end of the interval." }),
  },
  { title: "XdsLoad" },
);
export const XDS_LOADS_READ = Type.Array(XDS_LOAD_READ);
export const XDS_LOADS_QUERY = Type.Object({ ...PAGING_QUERY.properties, ...FILTER });
