import { Problem } from "@signalbox/base";

interface Waiter {
  readonly revision: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Holds callers until a revision is reached. */
export class RevisionGate {
  readonly #waiters = new Set<Waiter>();

  async wait(revision: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { revision, resolve, reject };
    const abandon = (): void => reject(signal?.reason);
    this.#waiters.add(waiter);
    signal?.addEventListener("abort", abandon, { once: true });
    try {
      await promise;
    } finally {
      this.#waiters.delete(waiter);
      signal?.removeEventListener("abort", abandon);
    }
  }

  reached(revision: number): void {
    for (const waiter of this.#waiters) if (waiter.revision <= revision) waiter.resolve();
  }

  close(): void {
    const closed = new Problem("unavailable", "the store is closed");
    for (const waiter of this.#waiters) waiter.reject(closed);
  }
}
