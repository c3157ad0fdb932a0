import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { packAny } from "@signalbox/envoy-api";
import {
  type Cluster,
  Cluster_DiscoveryType,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import {
  type Listener,
  ListenerSchema,
} from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from "@signalbox/envoy-api/envoy/config/route/v3/route_pb.js";
import { RouterSchema } from "@signalbox/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js";
import {
  HttpConnectionManagerSchema,
  type HttpFilterSchema,
} from "@signalbox/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { loadAssignment, loopback } from "./addresses.ts";
import { configSource, type Variant } from "./variant.ts";

/** A cluster whose endpoints stand in it. */
export function staticCluster(name: string, ports: readonly number[]): Cluster {
  return create(ClusterSchema, {
    name,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    connectTimeout: { seconds: 1n },
    loadAssignment: loadAssignment(name, ports),
  });
}

/** A cluster that has its endpoints over EDS, under its own name. */
export function edsCluster(name: string, variant: Variant, connectTimeoutS = 1): Cluster {
  return create(ClusterSchema, {
    name,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: configSource(variant) },
    connectTimeout: { seconds: BigInt(connectTimeoutS) },
  });
}

/** Sends every request to one cluster. */
export function routesTo(name: string, cluster: string, hostName = "all"): RouteConfiguration {
  return create(RouteConfigurationSchema, {
    name,
    virtualHosts: [
      {
        name: hostName,
        domains: ["*"],
        routes: [
          {
            match: { pathSpecifier: { case: "prefix", value: "/" } },
            action: {
              case: "route",
              value: { clusterSpecifier: { case: "cluster", value: cluster } },
            },
          },
        ],
      },
    ],
  });
}

/** A listener with its routes in it. */
export function staticListener(name: string, port: number, routes: RouteConfiguration): Listener {
  return httpListener(name, port, { routeSpecifier: { case: "routeConfig", value: routes } });
}

/** A listener that has its routes over RDS. */
export function rdsListener(
  name: string,
  port: number,
  routeConfigName: string,
  variant: Variant,
  statPrefix = name,
): Listener {
  const value = { routeConfigName, configSource: configSource(variant) };
  return httpListener(name, port, { routeSpecifier: { case: "rds", value }, statPrefix });
}

/** What the HTTP listeners of the tests differ in. */
export interface HttpListenerOptions {
  readonly routeSpecifier: RouteSpecifier & {};
  readonly statPrefix?: string;
  /** Filters before the router. @default none */
  readonly filters?: readonly HttpFilterInit[];
}

type HttpFilterInit = MessageInitShape<typeof HttpFilterSchema>;

type RouteSpecifier = NonNullable<
  Parameters<typeof create<typeof HttpConnectionManagerSchema>>[1]
>["routeSpecifier"];

export function httpListener(
  name: string,
  port: number,
  { routeSpecifier, statPrefix = name, filters = [] }: HttpListenerOptions,
): Listener {
  const router: HttpFilterInit = {
    name: "envoy.filters.http.router",
    configType: { case: "typedConfig", value: packAny(RouterSchema, create(RouterSchema)) },
  };
  const manager = create(HttpConnectionManagerSchema, {
    statPrefix,
    routeSpecifier,
    httpFilters: [...filters, router],
  });
  return create(ListenerSchema, {
    name,
    address: loopback(port),
    filterChains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            configType: {
              case: "typedConfig",
              value: packAny(HttpConnectionManagerSchema, manager),
            },
          },
        ],
      },
    ],
  });
}
