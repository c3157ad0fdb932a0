import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { packAny } from "@signalbox/envoy-api";
import {
  type TransportSocket,
  TransportSocketSchema,
} from "@signalbox/envoy-api/envoy/config/core/v3/base_pb.js";
import {
  type Listener,
  ListenerSchema,
} from "@signalbox/envoy-api/envoy/config/listener/v3/listener_pb.js";
import {
  type Secret,
  SecretSchema,
} from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import {
  DownstreamTlsContextSchema,
  UpstreamTlsContextSchema,
} from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import type { Certificate } from "./certificates.ts";
import { configSource, type Variant } from "./variant.ts";

/** Files of who a client is, and of whom it trusts. */
export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
  /** The certificate of the authority. */
  readonly ca: string;
}

/** TLS as a client that shows its certificate. */
export function withIdentity({ cert, key, ca }: ClientIdentity): TransportSocket {
  const file = (filename: string) =>
    ({ specifier: { case: "filename", value: filename } }) as const;
  return tlsSocket(UpstreamTlsContextSchema, {
    commonTlsContext: {
      tlsCertificates: [{ certificateChain: file(cert), privateKey: file(key) }],
      validationContextType: { case: "validationContext", value: { trustedCa: file(ca) } },
    },
  });
}

/** The same listener over TLS, with its certificate over SDS. */
export function withSecret(listener: Listener, secret: string, variant: Variant): Listener {
  const transportSocket = tlsSocket(DownstreamTlsContextSchema, {
    commonTlsContext: {
      tlsCertificateSdsSecretConfigs: [{ name: secret, sdsConfig: configSource(variant) }],
    },
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

function tlsSocket<Schema extends DescMessage>(
  schema: Schema,
  context: MessageInitShape<Schema>,
): TransportSocket {
  return create(TransportSocketSchema, {
    name: "envoy.transport_sockets.tls",
    configType: { case: "typedConfig", value: packAny(schema, create(schema, context)) },
  });
}
