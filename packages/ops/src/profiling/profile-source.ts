/** What can be measured (docs/ops.md, Profiles). */
export const PROFILE_KINDS = ["cpu", "heap", "allocations", "event-loop", "snapshot"] as const;

/**
 * What can be measured: where time goes, what is on the heap of what was made meanwhile, all that
 * was made meanwhile, how late the event loop is, everything on the heap.
 */
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/** For `go tool pprof`, or for Chrome's DevTools. */
export type ProfileFormat = "pprof" | "devtools";

/** Which profile is wanted. */
export interface ProfileRequest {
  readonly kind: ProfileKind;
  /** Default: `pprof`. Delays are JSON and snapshots Chrome's in either. */
  readonly format?: ProfileFormat | undefined;
  /** How long to measure. Default: 10,000. A snapshot takes as long as it takes. */
  readonly durationMs?: number | undefined;
  /** Ends the measurement early; nothing is answered then. */
  readonly signal?: AbortSignal | undefined;
}

/** A profile, as HTTP carries it. */
export interface TakenProfile {
  readonly contentType: string;
  readonly fileName: string;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** Takes profiles of the process, one at a time. */
export interface ProfileSource {
  /**
   * @throws Problem `conflict` while another is taken, `invalid_request` for a time beyond the
   * limit, the signal's reason
   */
  take(request: ProfileRequest): Promise<TakenProfile>;
}
