/** Wakes those who wait for something to change. Nobody who waits is kept when a call ends. */
export class News {
  readonly #waiting = new Set<() => void>();

  /** Something changed: all that wait look again. */
  tell(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next change, or when the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }
}
