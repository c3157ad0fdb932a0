import { X509Certificate } from "node:crypto";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { Peer } from "@signalbox/grpc";

/** Who is at the other end of a call of grpc-js. */
export function peerOf(call: ServerDuplexStream<Buffer, Buffer>): Peer {
  const { address, port } = splitAddress(call.getPeer());
  const { transportSecurityType, sslPeerCertificate } = call.getAuthContext();
  const x509 =
    sslPeerCertificate === undefined ? undefined : new X509Certificate(sslPeerCertificate.raw);
  return new Peer({
    address,
    port,
    isTls: transportSecurityType === "ssl",
    // grpc-js shows a certificate, and says that there is TLS, only where it found it good.
    isAuthorized: x509 !== undefined,
    x509,
  });
}

/** `10.0.0.1:4312`; `::1:4312`, which grpc-js writes without brackets. */
function splitAddress(text: string): { readonly address: string; readonly port: number } {
  const colon = text.lastIndexOf(":");
  const port = Number(text.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port)) return { address: "", port: 0 };
  return { address: text.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port };
}
