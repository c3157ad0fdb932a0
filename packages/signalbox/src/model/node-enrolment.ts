/** What is known of a machine that has a certificate. Its id is the server's. */
export interface NodeEnrolment {
  readonly serverId: string;
  /** The server's: a name that is deleted and made again has the same id. */
  readonly incarnation: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** RFC 3339: when the machine's join token was used. */
  readonly enrolledAt: string;
  readonly renewedAt?: string;
  /** Of the last certificate, lower-case hex. */
  readonly serial: string;
  /** RFC 3339: when the last certificate expires. */
  readonly notAfter: string;
  /** SHA-256 of the public key (SPKI, DER) of the last certificate, lower-case hex. */
  readonly keyHash: string;
  /**
   * The key that the last renewal was asked with: its answer may have been lost, and then the
   * machine comes with this key again.
   */
  readonly previousKeyHash?: string;
}
