/** How many messages wait for the method, or bytes of them, before the client is held back. */
const MAX_WAITING = 16;
const MAX_WAITING_BYTES = 64 * 1024;

/** Holds reading back, and lets it go on. */
export interface Flow {
  pause(): void;
  resume(): void;
}

type Waiter<T> = {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * The requests of a streaming call as its method reads them. A few wait here; then the client is
 * held back. Leaving the loop early drops what else comes.
 */
export class RequestStream<T> implements AsyncIterable<T>, AsyncIterator<T, undefined> {
  readonly #decode: (message: Buffer) => T;
  readonly #flow: Flow;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #reader: Waiter<T> | undefined;
  #state: "open" | "ended" | "left" = "open";
  #error: { readonly error: unknown } | undefined;

  /** @param decode throws when a message is malformed */
  constructor(decode: (message: Buffer) => T, flow: Flow) {
    this.#decode = decode;
    this.#flow = flow;
  }

  push(message: Buffer): void {
    if (this.#state !== "open") return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#serve();
    const isFull = this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
    if (isFull) this.#flow.pause();
  }

  /** The client sends nothing more; with `error`, the call is over. */
  end(error?: unknown): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    if (error !== undefined) {
      this.#error = { error };
      this.#waiting = [];
    }
    this.#serve();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#reader !== undefined) {
        reject(new TypeError("requests are read one at a time"));
        return;
      }
      this.#reader = { resolve, reject };
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#state = "left";
    this.#waiting = [];
    this.#flow.resume();
    this.#serve();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return this;
  }

  /** Gives the reader, if one waits, what there is for it. */
  #serve(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const message = this.#waiting.shift();
    if (message === undefined && this.#state === "open") return;
    this.#reader = undefined;
    if (message !== undefined) this.#give(reader, message);
    else if (this.#error !== undefined) reader.reject(this.#error.error);
    else reader.resolve({ done: true, value: undefined });
  }

  #give(reader: Waiter<T>, message: Buffer): void {
    this.#waitingBytes -= message.length;
    if (this.#waiting.length === 0) this.#flow.resume();
    try {
      reader.resolve({ done: false, value: this.#decode(message) });
    } catch (error) {
      reader.reject(error);
    }
  }
}
