import type { CancelTimer, Clock } from "@signalbox/base";

/** Timers of Node hold 2^31 ms at most; and a wall clock may be set while one waits. */
const MAX_WAIT_MS = 24 * 3_600_000;

/** Rings at a time of the wall clock, however far off. It is set to one time, the last it was given. */
export class Alarm {
  readonly #clock: Clock;
  #cancel: CancelTimer = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param time in milliseconds since the epoch; one that has been rings at once, but not within this call */
  setAt(time: number, ring: () => void): void {
    this.#cancel();
    const waitMs = Math.max(0, time - this.#clock.now());
    this.#cancel = this.#clock.after(Math.min(waitMs, MAX_WAIT_MS), () => {
      if (this.#clock.now() < time) this.setAt(time, ring);
      else ring();
    });
  }

  cancel(): void {
    this.#cancel();
  }
}
