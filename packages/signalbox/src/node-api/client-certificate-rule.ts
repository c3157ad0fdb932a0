import type { Peer } from "@signalbox/grpc";

/** `clientAuth` of RFC 5280. */
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/**
 * Why a peer may not connect; undefined when it may: its certificate was verified, and is for
 * clients and for nothing else (node-api §2.5). Certificates between it and the authority are
 * authorities themselves, or the chain would not have been verified.
 */
export function clientCertificateFault({
  isAuthorized,
  verifyError,
  certificate,
}: Peer): Error | undefined {
  if (certificate === undefined) return new Error("no client certificate was shown");
  if (!isAuthorized) {
    const why = verifyError === undefined ? "" : `: ${verifyError}`;
    return new Error(`no verified chains${why}`);
  }
  const { x509, commonName = "" } = certificate;
  const usages = x509.keyUsage ?? [];
  const isForClientsAlone = usages.length === 1 && usages[0] === CLIENT_AUTH;
  if (x509.ca || isForClientsAlone) return undefined;
  return new Error(`certificate "${commonName}" is missing the client auth extended key usage`);
}
