/** Where lines go. Resolves when the text was taken. */
export type WriteText = (text: string) => Promise<unknown>;

export interface AccessLogOptions {
  readonly write: WriteText;
  /** Told of each line that found no room. */
  readonly onDropped: () => void;
  /** Text that may wait, in characters. @default 1_048_576 */
  readonly maxWaiting?: number;
}

/**
 * Lines about calls. Adding one never waits: what nobody takes is dropped, so that a reader that
 * hangs holds up no call (node-api §1.6).
 */
export class AccessLog {
  readonly #options: AccessLogOptions;
  readonly #maxWaiting: number;
  #waiting: string[] = [];
  #length = 0;
  #writing: Promise<void> | undefined;

  constructor(options: AccessLogOptions) {
    this.#options = options;
    this.#maxWaiting = options.maxWaiting ?? 1024 * 1024;
  }

  /** @param line without a line break */
  add(line: string): void {
    if (this.#length + line.length > this.#maxWaiting) {
      this.#options.onDropped();
      return;
    }
    this.#waiting.push(line);
    this.#length += line.length;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when what waits is written; it may be never. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const text = this.#waiting.map((line) => `${line}\n`).join("");
      this.#waiting = [];
      try {
        await this.#options.write(text);
      } catch {
        // Nobody is there to be told: the log is what failed.
        this.#options.onDropped();
      }
      this.#length = this.#waiting.reduce((sum, { length }) => sum + length, 0);
    }
    this.#writing = undefined;
  }
}
