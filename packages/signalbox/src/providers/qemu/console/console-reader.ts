import { Duplex } from "node:stream";

export interface ConsoleReaderOptions {
  /** Sends what the user types to the guest; calls back when the guest's side took it. */
  readonly send: (bytes: Buffer, taken: (error?: Error | null) => void) => void;
  readonly onClosed: () => void;
  /** Output kept for a reader that does not read. */
  readonly maxBufferedBytes: number;
}

/**
 * One user's end of a live console. A reader that is too slow misses output, which is said in its
 * place; neither the machine nor other readers wait for it.
 */
export class ConsoleReader extends Duplex {
  readonly #options: ConsoleReaderOptions;
  #missedBytes = 0;
  #isFinished = false;

  constructor(options: ConsoleReaderOptions) {
    super({ readableHighWaterMark: options.maxBufferedBytes, allowHalfOpen: false });
    this.#options = options;
  }

  /** Output of the guest. */
  deliver(bytes: Buffer): void {
    if (this.#isFinished || this.destroyed) return;
    if (this.readableLength + bytes.length > this.#options.maxBufferedBytes) {
      this.#missedBytes += bytes.length;
      return;
    }
    this.#confess();
    this.push(bytes);
  }

  /** The machine is gone. */
  finish(): void {
    if (this.#isFinished || this.destroyed) return;
    this.#confess();
    this.#isFinished = true;
    this.push(null);
  }

  override _read(): void {
    this.#confess();
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.#options.send(chunk, callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#options.onClosed();
    callback(error);
  }

  #confess(): void {
    if (this.#missedBytes === 0 || this.#isFinished) return;
    const missed = this.#missedBytes;
    this.#missedBytes = 0;
    this.push(`\r\n[${missed} bytes of output left out: the reader was too slow]\r\n`);
  }
}
