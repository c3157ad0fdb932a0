import type { DescMessage, Message } from "@bufbuild/protobuf";
import { type Cluster, ClusterSchema } from "#gen/envoy/config/cluster/v3/cluster_pb.js";
import {
  type TypedExtensionConfig,
  TypedExtensionConfigSchema,
} from "#gen/envoy/config/core/v3/extension_pb.js";
import {
  type LbEndpoint,
  LbEndpointSchema,
} from "#gen/envoy/config/endpoint/v3/endpoint_components_pb.js";
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from "#gen/envoy/config/endpoint/v3/endpoint_pb.js";
import { type Listener, ListenerSchema } from "#gen/envoy/config/listener/v3/listener_pb.js";
import {
  type VirtualHost,
  VirtualHostSchema,
} from "#gen/envoy/config/route/v3/route_components_pb.js";
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from "#gen/envoy/config/route/v3/route_pb.js";
import {
  type ScopedRouteConfiguration,
  ScopedRouteConfigurationSchema,
} from "#gen/envoy/config/route/v3/scoped_route_pb.js";
import {
  type Secret,
  SecretSchema,
} from "#gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { type Runtime, RuntimeSchema } from "#gen/envoy/service/runtime/v3/rtds_pb.js";

/** Resource messages that say their name themselves. */
export type NamedResourceMessage =
  | Cluster
  | ClusterLoadAssignment
  | Listener
  | RouteConfiguration
  | ScopedRouteConfiguration
  | Secret
  | Runtime
  | TypedExtensionConfig;

/**
 * Resource messages that do not: an endpoint (LEDS) is known by its place in a collection, a
 * virtual host (VHDS) as `route configuration/host` (xds §1.3).
 */
export type UnnamedResourceMessage = LbEndpoint | VirtualHost;

/** A message of one of the ten resource types. */
export type ResourceMessage = NamedResourceMessage | UnnamedResourceMessage;

/** A resource type: its schema, and where its messages keep their name. */
export interface ResourceType {
  readonly schema: DescMessage;
  /** Local name of the field; undefined where the caller gives the name. */
  readonly nameField: string | undefined;
}

const types: readonly ResourceType[] = [
  { schema: ClusterSchema, nameField: "name" },
  { schema: ClusterLoadAssignmentSchema, nameField: "clusterName" },
  { schema: LbEndpointSchema, nameField: undefined },
  { schema: ListenerSchema, nameField: "name" },
  { schema: RouteConfigurationSchema, nameField: "name" },
  { schema: ScopedRouteConfigurationSchema, nameField: "name" },
  { schema: VirtualHostSchema, nameField: undefined },
  { schema: SecretSchema, nameField: "name" },
  { schema: RuntimeSchema, nameField: "name" },
  { schema: TypedExtensionConfigSchema, nameField: "name" },
];

const byTypeName = new Map(types.map((type) => [type.schema.typeName, type]));

/** The type of a resource message; undefined for any other message. */
export function resourceTypeOf(message: Message): ResourceType | undefined {
  return byTypeName.get(message.$typeName);
}
