import type { CertificateIdentity } from "../certificate-identity.ts";

/** What a channel shows, and whom it trusts. */
export interface ClientTlsMaterial {
  /** PEM: authorities that sign servers' certificates. @default the machine's */
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  /** PEM: the client's certificate, then its intermediates. @default none is shown */
  readonly cert?: string | Buffer;
  /** PEM: its private key. */
  readonly key?: string | Buffer;
}

/** How a channel encrypts, and whom it takes for the server. */
export interface ClientTlsOptions {
  /**
   * Asked before each handshake, so that new certificates are used as soon as they are there;
   * connections that stand are left as they are. What is answered must not change: the same object
   * is parsed once. A throw fails the attempt.
   */
  readonly material: () => ClientTlsMaterial | Promise<ClientTlsMaterial>;
  /** The name that the server's certificate must hold: DNS or IP. @default the target's host */
  readonly serverName?: string;
  /**
   * Decides instead of the name alone whether a certificate that the authorities signed is the
   * server's: an error refuses it. @default the server name must be one of the certificate's
   */
  readonly verify?: (identity: CertificateIdentity, serverName: string) => Error | undefined;
}
