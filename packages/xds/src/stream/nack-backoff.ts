/** When what a client refused is sent to it again, although it did not change (xds §2.7). */
export interface NackRetry {
  /** Wait behind the first refusal; twice as long behind each further one. */
  readonly firstMs: number;
  /** The longest wait. */
  readonly maxMs: number;
}

/** The refusals of one type by one client, and when it is tried again. */
export class NackBackoff {
  readonly #retry: NackRetry;
  #waitMs: number;
  #atMs = Number.POSITIVE_INFINITY;

  constructor(retry: NackRetry) {
    this.#retry = retry;
    this.#waitMs = retry.firstMs;
  }

  /** When the next attempt is due, on the monotonic clock; infinity without any. */
  get nextAtMs(): number {
    return this.#atMs;
  }

  refused(nowMs: number): void {
    this.#atMs = nowMs + this.#waitMs;
    this.#waitMs = Math.min(2 * this.#waitMs, this.#retry.maxMs);
  }

  /** Nothing that was refused is left. */
  mended(): void {
    this.#atMs = Number.POSITIVE_INFINITY;
    this.#waitMs = this.#retry.firstMs;
  }

  /** True when an attempt is due, once. */
  take(nowMs: number): boolean {
    if (nowMs < this.#atMs) return false;
    this.#atMs = Number.POSITIVE_INFINITY;
    return true;
  }
}
