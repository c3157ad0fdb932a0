import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { packAny } from "@signalbox/envoy-api";
import {
  type Bootstrap,
  BootstrapSchema,
} from "@signalbox/envoy-api/envoy/config/bootstrap/v3/bootstrap_pb.js";
import type { RuntimeLayerSchema } from "@signalbox/envoy-api/envoy/config/bootstrap/v3/bootstrap_pb.js";
import {
  type Cluster,
  Cluster_DiscoveryType,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { ApiVersion } from "@signalbox/envoy-api/envoy/config/core/v3/config_source_pb.js";
import type { Listener } from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import { HttpProtocolOptionsSchema } from "@signalbox/envoy-api/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import { loopback, loadAssignment } from "./addresses.ts";
import { type ClientIdentity, withIdentity } from "./tls-resources.ts";
import {
  apiConfigSource,
  configSource,
  grpcService,
  isAggregated,
  type Variant,
  XDS_CLUSTER,
  XDS_REST_CLUSTER,
} from "./variant.ts";

export interface DynamicBootstrapOptions {
  readonly nodeId: string;
  readonly variant: Variant;
  /** Port of the management server on loopback. */
  readonly xdsPort: number;
  /** Names of runtime layers to have over RTDS. @default none */
  readonly runtimeLayers?: readonly string[];
  /** Shows this certificate to the management server, and checks the server's. @default no TLS */
  readonly identity?: ClientIdentity;
  /** What the node says that it can do. @default nothing */
  readonly clientFeatures?: readonly string[];
  /** Reports load to the management server. @default false */
  readonly reportsLoad?: boolean;
}

/** An Envoy that has its listeners and clusters from a management server. */
export function dynamicBootstrap(options: DynamicBootstrapOptions): Bootstrap {
  const { nodeId, variant, xdsPort, runtimeLayers = [], reportsLoad = false, identity } = options;
  const clientFeatures = [...(options.clientFeatures ?? [])];
  const source = configSource(variant);
  return create(BootstrapSchema, {
    node: { id: nodeId, cluster: "edge", locality: { zone: "a" }, clientFeatures },
    admin: { address: loopback(0) },
    dynamicResources: {
      ...(isAggregated(variant) && { adsConfig: apiConfigSource(variant) }),
      cdsConfig: source,
      ldsConfig: source,
    },
    staticResources: {
      clusters: [xdsCluster(xdsPort, identity), xdsRestCluster(xdsPort, identity)],
    },
    ...(runtimeLayers.length > 0 && {
      layeredRuntime: {
        layers: runtimeLayers.map(
          (name): MessageInitShape<typeof RuntimeLayerSchema> => ({
            name,
            layerSpecifier: { case: "rtdsLayer", value: { name, rtdsConfig: source } },
          }),
        ),
      },
    }),
    ...(reportsLoad && {
      clusterManager: {
        loadStatsConfig: {
          apiType: apiConfigSource("ads sotw").apiType,
          transportApiVersion: ApiVersion.V3,
          grpcServices: [grpcService(XDS_CLUSTER)],
        },
      },
    }),
  });
}

/** An Envoy without a management server. */
export function staticBootstrap(
  listeners: readonly Listener[],
  clusters: readonly Cluster[],
): Bootstrap {
  return create(BootstrapSchema, {
    node: { id: "static", cluster: "edge" },
    admin: { address: loopback(0) },
    staticResources: { listeners: [...listeners], clusters: [...clusters] },
  });
}

function xdsCluster(port: number, identity: ClientIdentity | undefined): Cluster {
  const http2 = packAny(
    HttpProtocolOptionsSchema,
    create(HttpProtocolOptionsSchema, {
      upstreamProtocolOptions: {
        case: "explicitHttpConfig",
        value: {
          protocolConfig: {
            case: "http2ProtocolOptions",
            value: {
              // A server that is held up for a while has not gone.
              connectionKeepalive: {
                interval: { seconds: 5n },
                timeout: { seconds: 60n },
              },
            },
          },
        },
      },
    }),
  );
  return create(ClusterSchema, {
    ...xdsRestCluster(port, identity),
    name: XDS_CLUSTER,
    loadAssignment: loadAssignment(XDS_CLUSTER, [port]),
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2,
    },
  });
}

function xdsRestCluster(port: number, identity: ClientIdentity | undefined): Cluster {
  return create(ClusterSchema, {
    name: XDS_REST_CLUSTER,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    connectTimeout: { seconds: 1n },
    loadAssignment: loadAssignment(XDS_REST_CLUSTER, [port]),
    ...(identity !== undefined && { transportSocket: withIdentity(identity) }),
  });
}
