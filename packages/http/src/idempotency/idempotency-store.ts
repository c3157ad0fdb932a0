/** An answer kept for repeats of its request. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The right to carry out the request of one key. Exactly one of the two must be called. */
export interface IdempotencyTicket {
  keep(answer: KeptAnswer): void;
  /** Nothing to keep: the next request with this key is carried out. */
  release(): void;
}

/** What a request with a key is to be answered with. */
export type IdempotencyStart =
  /** Carry it out. */
  | { readonly kind: "first"; readonly ticket: IdempotencyTicket }
  /** It was carried out before. */
  | { readonly kind: "repeat"; readonly answer: KeptAnswer }
  /** The key was used for another request. */
  | { readonly kind: "mismatch" };

/** Remembers which keys were used, for which request, and what was answered. */
export interface IdempotencyStore {
  /** Keys that are known now; absent where nobody counts. */
  readonly size?: number;
  /**
   * Starts the request of a key. While another one with the same key is being carried out, this
   * waits for its end.
   *
   * @param caller whose key it is; the same key of another caller is another key
   * @param digest of what the request asks for; another digest under a known key is a mismatch
   * @throws the signal's reason; Problem `unavailable` when running requests take all the room
   */
  start(
    caller: string,
    key: string,
    digest: string,
    signal: AbortSignal,
  ): Promise<IdempotencyStart>;
}
