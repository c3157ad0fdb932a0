import { create } from "@bufbuild/protobuf";
import { packAny } from "@signalbox/envoy-api";
import { TransportSocketSchema } from "@signalbox/envoy-api/envoy/config/core/v3/base_pb.js";
import {
  type Listener,
  ListenerSchema,
} from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import {
  type Secret,
  SecretSchema,
} from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { DownstreamTlsContextSchema } from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import type { Certificate } from "./certificates.ts";
import { configSource, type Variant } from "./variant.ts";

/** The same listener over TLS, with its certificate over SDS. */
export function withSecret(listener: Listener, secret: string, variant: Variant): Listener {
  const context = create(DownstreamTlsContextSchema, {
    commonTlsContext: {
      tlsCertificateSdsSecretConfigs: [{ name: secret, sdsConfig: configSource(variant) }],
    },
  });
  const transportSocket = create(TransportSocketSchema, {
    name: "envoy.transport_sockets.tls",
    configType: { case: "typedConfig", value: packAny(DownstreamTlsContextSchema, context) },
  });
  return create(ListenerSchema, {
    ...listener,
    filterChains: listener.filterChains.map((chain) => ({ ...chain, transportSocket })),
  });
}

export function certificateSecret(name: string, { cert, key }: Certificate): Secret {
  const inline = (text: string) => ({ specifier: { case: "inlineString", value: text } }) as const;
  return create(SecretSchema, {
    name,
    type: {
      case: "tlsCertificate",
      value: { certificateChain: inline(cert), privateKey: inline(key) },
    },
  });
}
