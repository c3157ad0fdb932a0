import type { Random } from "@signalbox/base";

const FACTOR = 1.6;
const JITTER = 0.2;

export interface BackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Delays between attempts that fail: each 1.6 times the last, a fifth more or less by chance. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: Random;
  #failures = 0;

  constructor(options: BackoffOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** The delay behind the attempt that begins now, should it fail. */
  next(): number {
    const { baseMs, maxMs } = this.#options;
    const delayMs = Math.min(maxMs, baseMs * FACTOR ** this.#failures);
    this.#failures += 1;
    return delayMs * (1 - JITTER + 2 * JITTER * this.#random.fraction());
  }

  reset(): void {
    this.#failures = 0;
  }
}
