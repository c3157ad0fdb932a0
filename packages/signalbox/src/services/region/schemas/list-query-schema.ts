import { PAGING_QUERY } from "@signalbox/http";
import { Type } from "typebox";

const texts = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
const ids = (description: string) =>
  Type.Optional(Type.Array(Type.String({ format: "uuid" }), { description }));

/** Watching, of every list that can change. */
export const WATCHING = {
  watch: Type.Optional(
    Type.Boolean({ description: "Answer a stream of server-sent events instead of a list." }),
  ),
  revision: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: "Watch what follows this revision; Last-Event-ID says the same.",
    }),
  ),
};

const COMMON = {
  ...PAGING_QUERY.properties,
  ...WATCHING,
  tag: texts("name=value; all must match"),
  name: texts("Exact name; any may match."),
  status: Type.Optional(
    Type.Array(
      Type.Enum(["pending", "provisioning", "provisioned", "deprovisioning", "error"], {
        description: "Provisioning status; any may match.",
      }),
    ),
  ),
  organizationID: ids("Any may match."),
  projectID: ids("Any may match."),
};

/** Filters of what belongs to a project. */
export const PROJECT_LIST_QUERY = Type.Object(COMMON);
/** Filters of networks. */
export const REGIONAL_LIST_QUERY = Type.Object({ ...COMMON, regionID: ids("Any may match.") });
/** Filters of what is on a network. */
export const NETWORK_BOUND_LIST_QUERY = Type.Object({
  ...COMMON,
  regionID: ids("Any may match."),
  networkID: ids("Any may match."),
});
