/** A line without an end is passed on when it gets as long as this. */
const MAX_LINE_BYTES = 16 * 1024;
const NEWLINE = 0x0a;

/**
 * Passes on whole lines only, so that two streams into one log do not break into each other's
 * lines.
 */
export class LineJoiner {
  readonly #write: (bytes: Buffer) => void;
  #open: Buffer[] = [];
  #openBytes = 0;

  constructor(write: (bytes: Buffer) => void) {
    this.#write = write;
  }

  push(bytes: Buffer): void {
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#keep(bytes.subarray(0, end));
      this.#flush();
    }
    if (end < bytes.length) this.#keep(bytes.subarray(end));
    if (this.#openBytes >= MAX_LINE_BYTES) this.end();
  }

  /** Passes on the line that has not ended, and ends it. */
  end(): void {
    if (this.#openBytes === 0) return;
    this.#keep(Buffer.from("\n"));
    this.#flush();
  }

  #keep(bytes: Buffer): void {
    this.#open.push(bytes);
    this.#openBytes += bytes.length;
  }

  #flush(): void {
    this.#write(Buffer.concat(this.#open));
    this.#open = [];
    this.#openBytes = 0;
  }
}
