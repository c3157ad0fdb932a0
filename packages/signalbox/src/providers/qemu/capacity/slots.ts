import { CANCELLED } from "@signalbox/base";

/** Gives a slot back; calling it again does nothing. */
export type ReleaseSlot = () => void;

/** At most `count` holders at a time; the others wait in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** A slot if one is free now. */
  tryAcquire(): ReleaseSlot | undefined {
    if (this.#free === 0) return undefined;
    this.#free -= 1;
    return this.#releaser();
  }

  /** @throws the signal's reason */
  async acquire(signal: AbortSignal): Promise<ReleaseSlot> {
    signal.throwIfAborted();
    const slot = this.tryAcquire();
    if (slot !== undefined) return slot;
    const turn = Promise.withResolvers<void>();
    const onAbort = (): void => {
      this.#waiting.delete(turn.resolve);
      turn.reject(signal.reason ?? CANCELLED);
    };
    this.#waiting.add(turn.resolve);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return this.#releaser();
  }

  /** Runs `work` with a slot. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const release = await this.acquire(signal);
    try {
      return await work();
    } finally {
      release();
    }
  }

  #releaser(): ReleaseSlot {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [next] = this.#waiting;
      if (next === undefined) {
        this.#free += 1;
        return;
      }
      // The slot passes on without being free in between.
      this.#waiting.delete(next);
      next();
    };
  }
}
