import { create } from "@bufbuild/protobuf";
import { packAny } from "@signalbox/envoy-api";
import {
  type Listener,
  ListenerSchema,
} from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import { TcpProxySchema } from "@signalbox/envoy-api/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js";
import { loopback } from "./addresses.ts";

/** A listener that hands every connection to one cluster. */
export function tcpListener(name: string, port: number, cluster: string): Listener {
  const proxy = create(TcpProxySchema, {
    statPrefix: name,
    clusterSpecifier: { case: "cluster", value: cluster },
  });
  return create(ListenerSchema, {
    name,
    address: loopback(port),
    filterChains: [
      {
        filters: [
          {
            name: "envoy.filters.network.tcp_proxy",
            configType: { case: "typedConfig", value: packAny(TcpProxySchema, proxy) },
          },
        ],
      },
    ],
  });
}
