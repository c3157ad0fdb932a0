import type { Principal } from "./permission.ts";

/** The credentials that a request carries, as far as the transport vouches for them. */
export interface Credentials {
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  /**
   * Common name of a client certificate that the TLS handshake verified, or that a configured
   * proxy address vouches for (`Ssl-Client-Cert` with `Ssl-Client-Verify: SUCCESS`).
   */
  readonly certificateName: string | undefined;
  /** `X-Principal` as it came; only to be believed beside a certificate. */
  readonly principalHeader: string | undefined;
  readonly remoteAddress: string;
}

/**
 * Asks whether the credentials that a request came with still hold. What outlives its request (an
 * event stream, a console) asks from time to time, for a token that has been revoked or has expired.
 *
 * @throws Problem as `authenticate` does
 */
export type Recheck = (signal: AbortSignal) => Promise<void>;

/** The narrow port to identity: here token file and certificates, elsewhere a remote service. */
export interface Authenticator {
  /** @throws Problem `unauthenticated`, `invalid_request`, `forbidden` or `unavailable` */
  authenticate(credentials: Credentials, signal: AbortSignal): Promise<Principal>;
}
