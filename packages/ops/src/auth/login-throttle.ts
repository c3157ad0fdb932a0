import { addressKey, type Clock } from "@signalbox/base";

/** How much guessing of passwords is borne. All have defaults. */
export interface ThrottleOptions {
  /** Wrong passwords that one source may try before it is locked out. Default: 10. */
  readonly maxFailures?: number | undefined;
  /** How long failures count, and how long a lock-out lasts. Default: 60,000. */
  readonly windowMs?: number | undefined;
  /** Longest delay of an account whose passwords are being guessed. Default: 500. */
  readonly maxDelayMs?: number | undefined;
}

export type Admission =
  | { readonly isAdmitted: true; readonly delayMs: number }
  | { readonly isAdmitted: false; readonly retryAfterMs: number };

interface Tally {
  failures: number;
  /** Attempts that are not decided yet; they count as failures until they are. */
  pending: number;
  /** When the failures are forgotten. */
  untilMs: number;
}

/** So many sources and accounts are remembered; the ones longest quiet go first. */
const MAX_TALLIES = 10_000;
/** Attempts of one source at a time, so that it cannot fill the queue for the others. */
const MAX_PENDING = 4;
const BUSY_RETRY_MS = 1000;
/** Failures of an account before it is delayed, and the first delay, which then doubles. */
const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 50;

/**
 * Keeps password guessing slow: a source with too many wrong attempts is locked out for a while;
 * an account is never, or anybody could lock out its owner: its attempts are only delayed.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #maxFailures: number;
  readonly #windowMs: number;
  readonly #maxDelayMs: number;
  readonly #sources = new Map<string, Tally>();
  readonly #accounts = new Map<string, Tally>();

  constructor(
    clock: Clock,
    { maxFailures = 10, windowMs = 60_000, maxDelayMs = 500 }: ThrottleOptions = {},
  ) {
    this.#clock = clock;
    this.#maxFailures = maxFailures;
    this.#windowMs = windowMs;
    this.#maxDelayMs = maxDelayMs;
  }

  /** Asks for one attempt. Whoever is admitted must `settle` it. */
  admit(remoteAddress: string, user: string): Admission {
    const source = this.#tally(this.#sources, addressKey(remoteAddress));
    if (source.failures + source.pending >= this.#maxFailures) {
      const retryAfterMs = Math.max(BUSY_RETRY_MS, source.untilMs - this.#clock.monotonic());
      return { isAdmitted: false, retryAfterMs };
    }
    if (source.pending >= MAX_PENDING) return { isAdmitted: false, retryAfterMs: BUSY_RETRY_MS };
    source.pending++;
    return { isAdmitted: true, delayMs: this.#delayOf(user) };
  }

  /** Says how an attempt ended; `undefined` when it came to no decision. */
  settle(remoteAddress: string, user: string, isRight: boolean | undefined): void {
    const source = this.#tally(this.#sources, addressKey(remoteAddress));
    source.pending = Math.max(0, source.pending - 1);
    if (isRight === undefined) return;
    const account = this.#tally(this.#accounts, user);
    if (isRight) {
      // The source's failures stay: a guesser may well have one right password.
      account.failures = 0;
      return;
    }
    for (const tally of [source, account]) {
      tally.failures++;
      tally.untilMs = this.#clock.monotonic() + this.#windowMs;
    }
  }

  #delayOf(user: string): number {
    const beyond = (this.#accounts.get(user)?.failures ?? 0) - FREE_FAILURES;
    if (beyond <= 0 || this.#isForgotten(this.#accounts.get(user))) return 0;
    return Math.min(this.#maxDelayMs, FIRST_DELAY_MS * 2 ** (beyond - 1));
  }

  #isForgotten(tally: Tally | undefined): boolean {
    return tally === undefined || tally.untilMs <= this.#clock.monotonic();
  }

  /** Finds a tally and makes it the youngest. */
  #tally(tallies: Map<string, Tally>, key: string): Tally {
    const present = tallies.get(key);
    tallies.delete(key);
    const tally = present ?? { failures: 0, pending: 0, untilMs: 0 };
    if (this.#isForgotten(tally)) tally.failures = 0;
    tallies.set(key, tally);
    const [oldest] = tallies.keys();
    if (tallies.size > MAX_TALLIES && oldest !== undefined) tallies.delete(oldest);
    return tally;
  }
}
