import { type Clock, Problem } from "@signalbox/base";

/** Failures that an address has free before it is slowed down. */
const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2000;
/** An address that did not fail for this long starts afresh. */
const FORGET_AFTER_MS = 60_000;
const MAX_ADDRESSES = 4096;
/** Answers held back at once; beyond that the answer is 429, at once. */
const MAX_WAITING = 64;

interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

/**
 * Slows repeated failures from one address down: each answer after the fifth takes twice as long,
 * up to 2 s. Good credentials are never held back, whoever else fails from the same address, so
 * nobody can be locked out. Memory and held answers are bounded.
 */
export class FailureLimiter {
  readonly #clock: Clock;
  /** In the order of the last failure, the oldest first. */
  readonly #byAddress = new Map<string, Failures>();
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts a failure and resolves when it may be answered.
   *
   * @throws Problem `too_many_requests` when too many answers are held back already; the signal's
   *   reason when the caller went away
   */
  async failed(address: string, signal: AbortSignal): Promise<void> {
    const delayMs = this.#count(address);
    if (delayMs === 0) return;
    if (this.#waiting >= MAX_WAITING) {
      throw new Problem("too_many_requests", "too many failed authentications", {
        retryAfterMs: LONGEST_DELAY_MS,
      });
    }
    this.#waiting++;
    try {
      await this.#clock.sleep(delayMs, { signal });
    } finally {
      this.#waiting--;
    }
  }

  #count(address: string): number {
    const now = this.#clock.monotonic();
    const before = this.#byAddress.get(address);
    const isRecent = before !== undefined && now - before.lastMs < FORGET_AFTER_MS;
    const count = isRecent ? before.count + 1 : 1;
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { count, lastMs: now });
    if (this.#byAddress.size > MAX_ADDRESSES) {
      const [oldest] = this.#byAddress.keys();
      if (oldest !== undefined) this.#byAddress.delete(oldest);
    }
    if (count <= FREE_FAILURES) return 0;
    return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE_FAILURES - 1));
  }
}
