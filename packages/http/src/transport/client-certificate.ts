import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { fail, ok, onlyCommonName, type Result } from "@signalbox/base";

/**
 * The common name of the client certificate that stands behind a request: that of the TLS
 * handshake, or the one a configured proxy vouches for. `Unikorn-Client-Certificate`, which a
 * service may fill as it likes, is never looked at (compute-api §4.4 NEW: authenticate the hop).
 */
export function clientCertificateName(
  raw: IncomingMessage,
  viaProxy: boolean,
): Result<string | undefined> {
  return viaProxy ? forwardedName(raw) : handshakeName(raw.socket as Partial<TLSSocket>);
}

function handshakeName(socket: Partial<TLSSocket>): Result<string | undefined> {
  const certificate = socket.getPeerX509Certificate?.();
  if (certificate === undefined) return ok(undefined);
  if (socket.authorized !== true) return fail("the client certificate is not one of ours");
  return commonName(certificate);
}

function forwardedName(raw: IncomingMessage): Result<string | undefined> {
  const encoded = raw.headers["ssl-client-cert"];
  if (encoded === undefined || encoded === "") return ok(undefined);
  if (raw.headers["ssl-client-verify"] !== "SUCCESS" || typeof encoded !== "string") {
    return fail("client certificate propagation failure");
  }
  try {
    return commonName(new X509Certificate(decodeURIComponent(encoded)));
  } catch {
    return fail("client certificate propagation failure");
  }
}

function commonName(certificate: X509Certificate): Result<string> {
  const name = onlyCommonName(certificate);
  if (name === undefined) return fail("the client certificate has no single common name");
  return ok(name);
}
