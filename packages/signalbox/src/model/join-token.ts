/** A join token, as far as it is kept. Its id is the lower-case hex SHA-256 of its secret. */
export interface JoinToken {
  readonly serverId: string;
  /** The server's: the token is not for another of the same id. */
  readonly incarnation: string;
  /** RFC 3339. */
  readonly mintedAt: string;
  readonly expiresAt: string;
  /**
   * SHA-256 of the public key that it was used for. From then on it is good for this key alone:
   * a machine whose answer was lost asks again.
   */
  readonly usedFor?: string;
}
