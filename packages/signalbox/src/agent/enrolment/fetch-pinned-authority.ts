import type { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { type Clock, type HostPort, Problem } from "@signalbox/base";
import { certificatePin } from "../../credentials/certificate-pin.ts";
import { ENROLMENT_NAME } from "../../credentials/enrolment-name.ts";
import { toPem } from "../../credentials/pem.ts";

export interface FetchOptions {
  /** SHA-256 of the authority's certificate, lower-case hex. */
  readonly pin: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 10_000;
/** Authorities between a listener and its root: none; more is somebody else's chain. */
const MAX_CHAIN = 5;

/**
 * Looks at the chain that an enrolment listener shows and answers the PEM of the authority with
 * that pin. Nothing is sent over this connection; the next one trusts that authority alone, and
 * has all of TLS's own checks.
 *
 * @throws Problem `unauthenticated` when the listener belongs to another authority,
 *   `unavailable` when it cannot be reached
 */
export async function fetchPinnedAuthority(
  { host, port }: HostPort,
  { pin, clock, signal }: FetchOptions,
): Promise<string> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate | undefined>();
  const socket = connect({
    host,
    port,
    servername: ENROLMENT_NAME,
    // The chain is judged by its pin, and nothing is said to whoever shows it.
    rejectUnauthorized: false,
    ALPNProtocols: ["h2"],
  });
  const fail = (cause: unknown): void => {
    reject(new Problem("unavailable", `${host}:${port} cannot be reached`, { cause }));
  };
  const abort = (): void => reject(signal.reason as Error);
  const cancel = clock.after(TIMEOUT_MS, () => fail(new Error("timed out")));
  signal.addEventListener("abort", abort, { once: true });
  socket.once("secureConnect", () => resolve(socket.getPeerX509Certificate()));
  socket.once("error", fail);
  socket.once("close", () => fail(new Error("the connection was closed")));
  try {
    return pinnedOf(await promise, pin);
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
    socket.destroy();
  }
}

function pinnedOf(leaf: X509Certificate | undefined, pin: string): string {
  let certificate = leaf;
  for (let depth = 0; certificate !== undefined && depth < MAX_CHAIN; depth++) {
    if (certificatePin(certificate) === pin) return toPem("CERTIFICATE", certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  throw new Problem(
    "unauthenticated",
    "the enrolment listener belongs to another authority than the join token: it is not trusted",
  );
}
