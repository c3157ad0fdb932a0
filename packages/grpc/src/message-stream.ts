/** How many messages wait for the reader, or bytes of them, before their sender is held back. */
const MAX_WAITING = 16;
const MAX_WAITING_BYTES = 64 * 1024;

/** What reading does to the call that the messages come from. */
export interface MessageFlow {
  pause(): void;
  resume(): void;
  /** Nobody reads any more: what else comes is dropped. */
  leave(): void;
}

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** How the stream ends behind its last message. */
type End = { readonly error: unknown } | "clean";

/**
 * The messages of a streaming call as they are read: requests by the server's method, responses by
 * the client's caller. A few wait here; then their sender is held back.
 */
export class MessageStream<T> implements AsyncIterableIterator<T, undefined> {
  readonly #decode: (message: Buffer) => T;
  readonly #flow: MessageFlow;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #reader: Waiter<T> | undefined;
  #end: End | undefined;

  /** @param decode throws when a message is malformed; reading ends with that */
  constructor(decode: (message: Buffer) => T, flow: MessageFlow) {
    this.#decode = decode;
    this.#flow = flow;
  }

  push(message: Buffer): void {
    if (this.#end !== undefined) return;
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#serve();
    const isFull = this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
    if (isFull) this.#flow.pause();
  }

  /** Nothing more comes; an error comes behind all messages. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = error === undefined ? "clean" : { error };
    this.#serve();
  }

  /** Ends reading with `error` at once: what waits is dropped. */
  abort(error: unknown): void {
    this.#drop({ error });
    this.#serve();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#reader !== undefined) {
        reject(new TypeError("messages are read one at a time"));
        return;
      }
      this.#reader = { resolve, reject };
      this.#serve();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#leave();
    this.#serve();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives the reader, if one waits, what there is for it. */
  #serve(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const message = this.#waiting.shift();
    if (message === undefined && this.#end === undefined) return;
    this.#reader = undefined;
    if (message !== undefined) this.#give(reader, message);
    else if (typeof this.#end === "object") this.#fail(reader, this.#end.error);
    else reader.resolve({ done: true, value: undefined });
  }

  #give(reader: Waiter<T>, message: Buffer): void {
    this.#waitingBytes -= message.length;
    if (this.#waiting.length === 0) this.#flow.resume();
    try {
      reader.resolve({ done: false, value: this.#decode(message) });
    } catch (error) {
      this.#leave();
      reader.reject(error);
    }
  }

  /** An error is thrown once, as an iterator does. */
  #fail(reader: Waiter<T>, error: unknown): void {
    this.#end = "clean";
    reader.reject(error);
  }

  #leave(): void {
    this.#drop("clean");
    this.#flow.leave();
  }

  #drop(end: End): void {
    this.#end = end;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
