import { type CancelTimer, type Clock, type SleepOptions, systemClock } from "@signalbox/base";

/** A clock that knows how many of the timers set on it have neither fired nor been cancelled. */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  readonly #timers = new Set<symbol>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  sleep(ms: number, options?: SleepOptions): Promise<void> {
    return this.#clock.sleep(ms, options);
  }

  after(ms: number, callback: () => void): CancelTimer {
    const timer = Symbol();
    this.#timers.add(timer);
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    return () => {
      this.#timers.delete(timer);
      cancel();
    };
  }
}
