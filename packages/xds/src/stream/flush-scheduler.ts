import type { CancelTimer, Clock } from "@signalbox/base";

/** Something that has something to send. */
export interface Flushable {
  /** Sends what is owed. Does not throw. */
  flush(): void;
}

/** How changes of caches are gathered before they are sent. */
export interface Debounce {
  /** Wait until nothing changed for this long. Default 0: send in the next turn. */
  readonly quietMs: number;
  /** But never longer than this after the first change. */
  readonly maxMs: number;
}

export interface FlushSchedulerOptions {
  readonly clock: Clock;
  /** Runs a callback in a later turn of the event loop. */
  readonly soon: (callback: () => void) => void;
  readonly debounce: Debounce;
  /** How long streams are flushed before others get a turn. */
  readonly sliceMs: number;
}

/**
 * Decides when streams flush: those whose client asked something first and at once, those whose
 * cache changed after a quiet moment, all in short slices, each stream once however much changed.
 */
export class FlushScheduler {
  readonly #options: FlushSchedulerOptions;
  readonly #urgent = new Set<Flushable>();
  readonly #ready = new Set<Flushable>();
  readonly #gathering = new Set<Flushable>();
  #firstChangeMs = 0;
  #lastChangeMs = 0;
  #cancelQuiet: CancelTimer | undefined;
  #isScheduled = false;
  #isClosed = false;

  constructor(options: FlushSchedulerOptions) {
    this.#options = options;
  }

  /** True when nothing waits. */
  get isIdle(): boolean {
    return this.#urgent.size + this.#ready.size + this.#gathering.size === 0;
  }

  /** A client waits for an answer. */
  asked(stream: Flushable): void {
    if (this.#isClosed) return;
    this.#urgent.add(stream);
    this.#schedule();
  }

  /** A cache changed. */
  changed(stream: Flushable): void {
    if (this.#isClosed || this.#urgent.has(stream) || this.#ready.has(stream)) return;
    const { clock, debounce } = this.#options;
    if (debounce.quietMs <= 0) {
      this.#ready.add(stream);
      this.#schedule();
      return;
    }
    this.#lastChangeMs = clock.monotonic();
    if (this.#gathering.size === 0) this.#firstChangeMs = this.#lastChangeMs;
    this.#gathering.add(stream);
    this.#cancelQuiet ??= clock.after(debounce.quietMs, () => this.#settle());
  }

  /** Forgets a stream that is over. */
  forget(stream: Flushable): void {
    this.#urgent.delete(stream);
    this.#ready.delete(stream);
    this.#gathering.delete(stream);
    if (this.#gathering.size === 0) this.#stopWaiting();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopWaiting();
    this.#urgent.clear();
    this.#ready.clear();
    this.#gathering.clear();
  }

  #stopWaiting(): void {
    this.#cancelQuiet?.();
    this.#cancelQuiet = undefined;
  }

  #settle(): void {
    const { clock, debounce } = this.#options;
    const { quietMs, maxMs } = debounce;
    const dueMs = Math.min(this.#lastChangeMs + quietMs, this.#firstChangeMs + maxMs);
    const leftMs = dueMs - clock.monotonic();
    if (leftMs > 0) {
      this.#cancelQuiet = clock.after(leftMs, () => this.#settle());
      return;
    }
    this.#cancelQuiet = undefined;
    for (const stream of this.#gathering) this.#ready.add(stream);
    this.#gathering.clear();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.soon(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    const { clock, sliceMs } = this.#options;
    const endMs = clock.monotonic() + sliceMs;
    while (this.#urgent.size + this.#ready.size > 0) {
      const isOver = this.#runSome(this.#urgent.size > 0 ? this.#urgent : this.#ready, endMs);
      if (isOver) {
        this.#schedule();
        return;
      }
    }
  }

  /** @returns true when the slice is over */
  #runSome(streams: Set<Flushable>, endMs: number): boolean {
    for (const stream of streams) {
      this.#urgent.delete(stream);
      this.#ready.delete(stream);
      stream.flush();
      if (this.#options.clock.monotonic() >= endMs) return true;
      // Requests first, also those that came meanwhile.
      if (streams === this.#ready && this.#urgent.size > 0) return false;
    }
    return false;
  }
}
