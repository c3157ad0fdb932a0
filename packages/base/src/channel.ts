/** What became of an item: taken, or why not. */
export type SendOutcome = "sent" | "full" | "closed";

/**
 * A bounded queue between one or more producers and one consumer.
 *
 * `send` never waits: a full channel answers `"full"`, and the producer decides what that means
 * (drop, cut the reader off, push back). Nothing in this project queues without a bound.
 */
export class Channel<T> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  #head = 0;
  #closed = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param capacity items that may wait for the reader */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Items that wait for the reader. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** True once it takes nothing more; there may still be items to read. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Queues an item, or says why not. It never waits. */
  send(item: T): SendOutcome {
    if (this.#closed) return "closed";
    if (this.size >= this.#capacity) return "full";
    this.#items.push(item);
    this.#signal();
    return "sent";
  }

  /** Ends the channel. What is queued is still read; then the reader ends, or throws `error`. */
  close(error?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error !== undefined) this.#failure = { error };
    this.#signal();
  }

  /** Ends the channel and forgets what is queued, so that the reader learns of `error` at once. */
  cut(error: unknown): void {
    this.#items.length = 0;
    this.#head = 0;
    this.close(error);
  }

  /** What is queued, in its order; waits for more until the channel ends. For one reader. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        while (this.#head < this.#items.length) yield this.#take();
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#closed) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      }
    } finally {
      this.#closed = true;
      this.#items.length = 0;
      this.#head = 0;
    }
  }

  #take(): T {
    const item = this.#items[this.#head++] as T;
    // Shift in blocks: dropping the head one by one would copy the array for each item.
    if (this.#head >= 1024 || this.#head === this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
