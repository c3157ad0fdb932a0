/** The credentials that a request carries, as far as the transport vouches for them. */
export interface Credentials {
  /** The `Authorization` header as it came. */
  readonly authorization: string | undefined;
  /** Common name of a client certificate that the TLS handshake verified. */
  readonly certificateName: string | undefined;
  readonly remoteAddress: string;
}

/** What became of the credentials of one request. */
export type AuthOutcome =
  | { readonly outcome: "accepted"; readonly user: string }
  /** None of the kind that the authenticator knows. */
  | { readonly outcome: "absent" }
  /** Unknown user and wrong password alike. */
  | { readonly outcome: "refused" }
  /** Not looked at: too many attempts were made, or are under way. */
  | { readonly outcome: "delayed"; readonly retryAfterMs: number };

/** The narrow port to identity: passwords, tokens, certificates, or what a program brings. */
export interface Authenticator {
  /** Never rejects for what a caller sends. */
  authenticate(credentials: Credentials, signal: AbortSignal): Promise<AuthOutcome>;
}

/** Asks one after the other, until one of them knows the kind of credentials. */
export function firstOf(authenticators: readonly Authenticator[]): Authenticator {
  return {
    authenticate: async (credentials, signal) => {
      for (const authenticator of authenticators) {
        const answer = await authenticator.authenticate(credentials, signal);
        if (answer.outcome !== "absent") return answer;
      }
      return { outcome: "absent" };
    },
  };
}
