import { create } from "@bufbuild/protobuf";
import { type EncodedResource, packAny, resource } from "@signalbox/envoy-api";
import { ConfigSourceSchema } from "@signalbox/envoy-api/envoy/config/core/v3/config_source_pb.js";
import { ListenerSchema } from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import { RouterSchema } from "@signalbox/envoy-api/envoy/extensions/filters/http/router/v3/router_pb.js";
import { HttpConnectionManagerSchema } from "@signalbox/envoy-api/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { edsCluster, routesTo } from "../envoy/support/http-resources.ts";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import type { ClientProcess } from "./client-process.ts";

/** What clients call: `xds:///named`. */
export const SERVICE = "named";

/** What a gRPC client asks for, from the listener to the cluster; its endpoints are apart. */
export function wayTo(cluster: string): readonly EncodedResource[] {
  const manager = create(HttpConnectionManagerSchema, {
    routeSpecifier: {
      case: "rds",
      value: {
        routeConfigName: "routes",
        configSource: create(ConfigSourceSchema, {
          configSourceSpecifier: { case: "ads", value: {} },
        }),
      },
    },
    httpFilters: [
      {
        name: "router",
        configType: { case: "typedConfig", value: packAny(RouterSchema, create(RouterSchema)) },
      },
    ],
  });
  const listener = create(ListenerSchema, {
    name: SERVICE,
    apiListener: { apiListener: packAny(HttpConnectionManagerSchema, manager) },
  });
  const self = create(ConfigSourceSchema, {
    configSourceSpecifier: { case: "self", value: {} },
  });
  return [
    resource(listener),
    resource(routesTo("routes", cluster)),
    resource({ ...edsCluster(cluster, "ads sotw"), lrsServer: self }),
  ];
}

/** Waits until the client is answered by this server alone. */
export async function answersOf(client: ClientProcess, name: string): Promise<void> {
  await eventually(`answers of ${name}; ${client.errors.at(0)}`, PATIENCE_MS, async () =>
    client.answers.slice(-10).filter((of) => of === name).length === 10 ? true : undefined,
  );
}
