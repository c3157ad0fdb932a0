import { type CancelTimer, type Clock, type SleepOptions, systemClock } from "@signalbox/base";

/** The machine's clock, and how many of its timers have neither fired nor been cancelled. */
export class CountingClock implements Clock {
  readonly #timers = new Set<symbol>();

  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return systemClock.now();
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  sleep(ms: number, options?: SleepOptions): Promise<void> {
    return systemClock.sleep(ms, options);
  }

  after(ms: number, callback: () => void): CancelTimer {
    const timer = Symbol();
    this.#timers.add(timer);
    const cancel = systemClock.after(ms, () => {
      this.#timers.delete(timer);
      callback();
    });
    return () => {
      this.#timers.delete(timer);
      cancel();
    };
  }
}
