/** A request as far as the admin API reads it; what no route needs is not there. */
export interface AdminRequest {
  readonly method: string;
  /** Path and query, below where the API is mounted. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly remoteAddress: string;
  /** Common name of a client certificate that the TLS handshake verified. */
  readonly certificateName?: string | undefined;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
}

/** What the admin API answers, whatever the server that it stands in. */
export interface AdminAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
}
