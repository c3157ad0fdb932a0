import type { CliIo } from "../cli-io.ts";

/** Shows what a wait is waiting for: one line redrawn for a person, a line a change otherwise. */
export class ProgressLine implements Disposable {
  readonly #io: CliIo;
  readonly #startedMs: number;
  #last = "";

  constructor(io: CliIo) {
    this.#io = io;
    this.#startedMs = io.clock.monotonic();
  }

  show(text: string): void {
    const seconds = Math.floor((this.#io.clock.monotonic() - this.#startedMs) / 1000);
    if (this.#io.isInteractive) this.#io.stderr.write(`\r\u001b[K${text} (${seconds} s)`);
    else if (text !== this.#last) this.#io.stderr.write(`${text}\n`);
    this.#last = text;
  }

  [Symbol.dispose](): void {
    if (this.#io.isInteractive && this.#last !== "") this.#io.stderr.write("\r\u001b[K");
  }
}
