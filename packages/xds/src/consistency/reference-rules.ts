import type { DescMessage, Message, MessageShape } from "@bufbuild/protobuf";
import {
  Cluster_DiscoveryType,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import type { ConfigSource } from "@signalbox/envoy-api/envoy/config/core/v3/config_source_pb.js";
import {
  FilterSchema,
  ListenerFilterSchema,
} from "@signalbox/envoy-api/envoy/config/listener/v3/listener_components_pb.js";
import {
  RouteAction_RequestMirrorPolicySchema,
  RouteActionSchema,
  WeightedCluster_ClusterWeightSchema,
} from "@signalbox/envoy-api/envoy/config/route/v3/route_components_pb.js";
import { ScopedRouteConfigurationSchema } from "@signalbox/envoy-api/envoy/config/route/v3/scoped_route_pb.js";
import { ClusterConfigSchema } from "@signalbox/envoy-api/envoy/extensions/clusters/aggregate/v3/cluster_pb.js";
import {
  HttpFilterSchema,
  RdsSchema,
} from "@signalbox/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import {
  TcpProxy_WeightedCluster_ClusterWeightSchema,
  TcpProxySchema,
} from "@signalbox/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js";
import { SdsSecretConfigSchema } from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { canonicalName } from "../subscription/resource-name.ts";
import type { Reference } from "./check-consistency.ts";

/** What a message of one type refers to by itself; the messages in it have rules of their own. */
export interface ReferenceRule {
  readonly typeName: string;
  readonly references: (message: Message) => readonly Reference[];
}

function rule<Desc extends DescMessage>(
  schema: Desc,
  references: (message: MessageShape<Desc>) => readonly Reference[],
): ReferenceRule {
  return {
    typeName: schema.typeName,
    references: (message) => references(message as MessageShape<Desc>),
  };
}

/** No reference where there is no name: clusters are also chosen by headers, say. */
const to = (typeUrl: string, name: string | undefined): Reference[] =>
  name === undefined || name === "" ? [] : [{ typeUrl, name: canonicalName(name) }];
const cluster = (name: string | undefined): Reference[] => to(TYPE_URLS.cluster, name);

/** False for what comes out of files, or is not discovered at all. */
function isServed(source: ConfigSource | undefined): boolean {
  const specifier = source?.configSourceSpecifier.case;
  return source !== undefined && specifier !== "path" && specifier !== "pathConfigSource";
}

/**
 * Where Envoy's messages name other resources (xds §4.2): they are looked for at any depth, within
 * extensions too, so that a filter chain, a default one and an API listener need no rules.
 */
export const REFERENCE_RULES: readonly ReferenceRule[] = [
  rule(ClusterSchema, ({ name, clusterDiscoveryType: type, edsClusterConfig }) => {
    if (type.case !== "type" || type.value !== Cluster_DiscoveryType.EDS) return [];
    if (edsClusterConfig?.edsConfig !== undefined && !isServed(edsClusterConfig.edsConfig))
      return [];
    return to(TYPE_URLS.endpoint, edsClusterConfig?.serviceName || name);
  }),
  rule(ClusterConfigSchema, ({ clusters }) => clusters.flatMap(cluster)),
  rule(RdsSchema, ({ routeConfigName, configSource }) =>
    isServed(configSource) ? to(TYPE_URLS.route, routeConfigName) : [],
  ),
  rule(ScopedRouteConfigurationSchema, ({ routeConfigurationName }) =>
    to(TYPE_URLS.route, routeConfigurationName),
  ),
  rule(RouteActionSchema, ({ clusterSpecifier: specifier }) =>
    specifier.case === "cluster" ? cluster(specifier.value) : [],
  ),
  rule(WeightedCluster_ClusterWeightSchema, ({ name }) => cluster(name)),
  rule(RouteAction_RequestMirrorPolicySchema, (policy) => cluster(policy.cluster)),
  rule(TcpProxySchema, ({ clusterSpecifier: specifier }) =>
    specifier.case === "cluster" ? cluster(specifier.value) : [],
  ),
  rule(TcpProxy_WeightedCluster_ClusterWeightSchema, ({ name }) => cluster(name)),
  rule(SdsSecretConfigSchema, ({ name, sdsConfig }) =>
    isServed(sdsConfig) ? to(TYPE_URLS.secret, name) : [],
  ),
  ...[HttpFilterSchema, FilterSchema, ListenerFilterSchema].map((schema) =>
    rule(schema, ({ name, configType: type }) =>
      type.case === "configDiscovery" && isServed(type.value.configSource)
        ? to(TYPE_URLS.extension, name)
        : [],
    ),
  ),
];
