import { setTimeout as delay } from "node:timers/promises";

/**
 * Where every part takes its time from, so that tests can hold it still.
 *
 * Nothing but `systemClock` may call `Date.now`, `performance.now` or a timer.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that never goes backwards; only differences mean anything. */
  monotonic(): number;
  /**
   * Resolves after `ms` milliseconds.
   *
   * @throws the signal's reason, when `signal` aborts first.
   */
  sleep(ms: number, options?: SleepOptions): Promise<void>;
  /** Calls `callback` once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, callback: () => void): CancelTimer;
}

/** How a sleep may end early. */
export interface SleepOptions {
  /** Ends the sleep, which then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Cancels a timer. Calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/** The clock of the machine. What waits in `after` does not keep the process alive; a `sleep` does. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms: number, options: SleepOptions = {}): Promise<void> => {
    options.signal?.throwIfAborted();
    try {
      await delay(ms, undefined, { signal: options.signal });
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    }
  },
  after: (ms: number, callback: () => void): CancelTimer => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
});
