import type { CancelTimer, Clock } from "@signalbox/base";

/** The one timer of a stream, set anew when something is due at another time. */
export class StreamTimer {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #atMs = Number.POSITIVE_INFINITY;
  #cancel: CancelTimer | undefined;

  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param atMs on the monotonic clock; infinity for never */
  set(atMs: number): void {
    if (atMs === this.#atMs) return;
    this.close();
    this.#atMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.after(Math.max(0, atMs - this.#clock.monotonic()), () => {
      this.#atMs = Number.POSITIVE_INFINITY;
      this.#onDue();
    });
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#atMs = Number.POSITIVE_INFINITY;
  }
}
