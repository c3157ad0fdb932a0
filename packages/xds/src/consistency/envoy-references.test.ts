import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { customResource, packAny } from "@signalbox/envoy-api";
import {
  Cluster_DiscoveryType,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import { ListenerSchema } from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import { RouteConfigurationSchema } from "@signalbox/envoy-api/envoy/config/route/v3/route_pb.js";
import { ScopedRouteConfigurationSchema } from "@signalbox/envoy-api/envoy/config/route/v3/scoped_route_pb.js";
import { ClusterConfigSchema } from "@signalbox/envoy-api/envoy/extensions/clusters/aggregate/v3/cluster_pb.js";
import { HttpConnectionManagerSchema } from "@signalbox/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { TcpProxySchema } from "@signalbox/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js";
import {
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import { loadRegistry } from "@signalbox/envoy-api/json";
import { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { envoyReferences } from "./envoy-references.ts";

const references = envoyReferences(await loadRegistry());
const ADS = { configSourceSpecifier: { case: "ads", value: {} } } as const;
const FILE = {
  configSourceSpecifier: { case: "pathConfigSource", value: { path: "/etc/x.yaml" } },
} as const;

function any<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>) {
  return packAny(schema, create(schema, init));
}

/** What a resource refers to: the message's name for each type, and the names, sorted. */
function referred<Desc extends DescMessage>(schema: Desc, init: MessageInitShape<Desc>): string[] {
  const resource = new Resource(customResource(schema, create(schema, init), "under-test"));
  const result = references(resource);
  assert.ok(result.ok, result.ok ? "" : result.error);
  return result.value
    .map(({ typeUrl, name }) => `${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)} ${name}`)
    .toSorted();
}

const manager = (init: MessageInitShape<typeof HttpConnectionManagerSchema>) =>
  any(HttpConnectionManagerSchema, init);
const filter = (typedConfig: ReturnType<typeof manager>) => ({
  name: "f",
  configType: { case: "typedConfig", value: typedConfig } as const,
});
const rds = (routeConfigName: string, configSource: typeof ADS | typeof FILE = ADS) =>
  ({ routeSpecifier: { case: "rds", value: { routeConfigName, configSource } } }) as const;

test("a cluster of endpoints that are discovered needs them, by their own name or its", () => {
  const eds = { case: "type", value: Cluster_DiscoveryType.EDS } as const;
  const name = "c";
  assert.deepEqual(referred(ClusterSchema, { name, clusterDiscoveryType: eds }), [
    "ClusterLoadAssignment c",
  ]);
  assert.deepEqual(
    referred(ClusterSchema, {
      name,
      clusterDiscoveryType: eds,
      edsClusterConfig: { edsConfig: ADS, serviceName: "svc" },
    }),
    ["ClusterLoadAssignment svc"],
  );
  assert.deepEqual(
    referred(ClusterSchema, {
      name,
      clusterDiscoveryType: eds,
      edsClusterConfig: { edsConfig: FILE },
    }),
    [],
  );
  const dns = { case: "type", value: Cluster_DiscoveryType.STRICT_DNS } as const;
  assert.deepEqual(referred(ClusterSchema, { name, clusterDiscoveryType: dns }), []);
});

test("an aggregate cluster needs its clusters, a TLS context its secrets", () => {
  assert.deepEqual(
    referred(ClusterSchema, {
      clusterDiscoveryType: {
        case: "clusterType",
        value: { typedConfig: any(ClusterConfigSchema, { clusters: ["a", "b"] }) },
      },
      transportSocket: {
        name: "tls",
        configType: {
          case: "typedConfig",
          value: any(UpstreamTlsContextSchema, {
            commonTlsContext: {
              tlsCertificateSdsSecretConfigs: [
                { name: "client-cert", sdsConfig: ADS },
                { name: "of-the-bootstrap" },
              ],
              validationContextType: {
                case: "combinedValidationContext",
                value: { validationContextSdsSecretConfig: { name: "ca", sdsConfig: ADS } },
              },
            },
          }),
        },
      },
    }),
    ["Cluster a", "Cluster b", "Secret ca", "Secret client-cert"],
  );
});

test("a listener needs routes, clusters, secrets and extensions, wherever they are named", () => {
  assert.deepEqual(
    referred(ListenerSchema, {
      filterChains: [
        {
          filters: [
            filter(
              manager({
                ...rds("in-a-chain"),
                httpFilters: [
                  {
                    name: "discovered",
                    configType: { case: "configDiscovery", value: { configSource: ADS } },
                  },
                ],
              }),
            ),
          ],
          transportSocket: {
            configType: {
              case: "typedConfig",
              value: any(DownstreamTlsContextSchema, {
                commonTlsContext: {
                  tlsCertificateSdsSecretConfigs: [{ name: "server-cert", sdsConfig: ADS }],
                },
              }),
            },
          },
        },
        {
          filters: [
            filter(
              any(TcpProxySchema, {
                clusterSpecifier: {
                  case: "weightedClusters",
                  value: { clusters: [{ name: "tcp-a", weight: 1 }] },
                },
              }),
            ),
          ],
        },
      ],
      defaultFilterChain: {
        filters: [
          filter(manager(rds("in-the-default-chain"))),
          filter(any(TcpProxySchema, { clusterSpecifier: { case: "cluster", value: "tcp-b" } })),
        ],
      },
      apiListener: { apiListener: manager(rds("in-the-api-listener")) },
    }),
    [
      "Cluster tcp-a",
      "Cluster tcp-b",
      "RouteConfiguration in-a-chain",
      "RouteConfiguration in-the-api-listener",
      "RouteConfiguration in-the-default-chain",
      "Secret server-cert",
      "TypedExtensionConfig discovered",
    ],
  );
  assert.deepEqual(
    referred(ListenerSchema, {
      apiListener: { apiListener: manager(rds("from-a-file", FILE)) },
    }),
    [],
  );
});

test("scopes need routes, inline and discovered", () => {
  assert.deepEqual(
    referred(ListenerSchema, {
      apiListener: {
        apiListener: manager({
          routeSpecifier: {
            case: "scopedRoutes",
            value: {
              configSpecifier: {
                case: "scopedRouteConfigurationsList",
                value: {
                  scopedRouteConfigurations: [{ name: "s", routeConfigurationName: "inline" }],
                },
              },
            },
          },
        }),
      },
    }),
    ["RouteConfiguration inline"],
  );
  assert.deepEqual(
    referred(ScopedRouteConfigurationSchema, { name: "s", routeConfigurationName: "r" }),
    ["RouteConfiguration r"],
  );
});

test("routes need the clusters that they name, weigh and mirror to", () => {
  const routeTo = (clusterSpecifier: { case: "cluster" | "clusterHeader"; value: string }) => ({
    action: { case: "route" as const, value: { clusterSpecifier } },
  });
  assert.deepEqual(
    referred(RouteConfigurationSchema, {
      requestMirrorPolicies: [{ cluster: "mirror" }],
      virtualHosts: [
        {
          routes: [
            routeTo({ case: "cluster", value: "named" }),
            routeTo({ case: "clusterHeader", value: "x-cluster" }),
            {
              action: {
                case: "route",
                value: {
                  clusterSpecifier: {
                    case: "weightedClusters",
                    value: { clusters: [{ name: "light" }, { clusterHeader: "x-heavy" }] },
                  },
                  requestMirrorPolicies: [{ cluster: "shadow" }],
                },
              },
            },
          ],
        },
      ],
    }),
    ["Cluster light", "Cluster mirror", "Cluster named", "Cluster shadow"],
  );
});

test("endpoints refer to nothing, nor do types that nobody knows", () => {
  assert.deepEqual(referred(ClusterLoadAssignmentSchema, { clusterName: "c" }), []);
  const strange = new Resource({
    name: "x",
    typeUrl: "type.googleapis.com/x.Y",
    bytes: Buffer.from("anything"),
  });
  assert.deepEqual(references(strange), { ok: true, value: [] });
});

test("bytes that are no message, also deep inside, are told, not thrown", () => {
  const garbage = Buffer.from([0x0a, 0xff]);
  const outer = new Resource({ name: "x", typeUrl: TYPE_URLS.cluster, bytes: garbage });
  assert.equal(references(outer).ok, false);
  const inner = { $typeName: "google.protobuf.Any" as const, typeUrl: "", value: garbage };
  const listener = create(ListenerSchema, {
    apiListener: {
      apiListener: { ...inner, typeUrl: `x/${HttpConnectionManagerSchema.typeName}` },
    },
  });
  assert.equal(references(new Resource(customResource(ListenerSchema, listener, "l"))).ok, false);
});

test("the references of a resource are read once", () => {
  const resource = new Resource({ name: "x", typeUrl: TYPE_URLS.cluster, bytes: Buffer.alloc(0) });
  assert.equal(references(resource), references(resource));
});
