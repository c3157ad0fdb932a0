import type { Peer } from "../peer.ts";

/** What the server shows, and whom it trusts; the part that can be changed while it runs. */
export interface TlsMaterial {
  /** PEM: the server's certificate, then its intermediates. */
  readonly cert: string | Buffer;
  /** PEM: the private key. */
  readonly key: string | Buffer;
  /** PEM: authorities that sign clients' certificates. @default the machine's */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
}

/** TLS of a server: its material, and what clients must show. */
export interface TlsOptions extends TlsMaterial {
  /**
   * `"none"`: clients are not asked for a certificate. `"optional"`: asked; `peer.isAuthorized`
   * tells. `"required"`: without a good one there is no connection. @default "none"
   */
  readonly clientCertificates?: "none" | "optional" | "required";
  /**
   * Has the last word on each connection whose handshake is done: an error closes it, before any
   * call. With `"optional"` it sees those without a good certificate too, and can note them.
   *
   * @default every connection stays
   */
  readonly admit?: (peer: Peer) => Error | undefined;
}
