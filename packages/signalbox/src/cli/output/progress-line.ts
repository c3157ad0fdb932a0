import type { CliIo } from "../cli-io.ts";
import { printable } from "./cell.ts";

/** Shows what a wait is waiting for: one line redrawn for a person, a line a change otherwise. */
export class ProgressLine implements Disposable {
  readonly #io: CliIo;
  readonly #startedMs: number;
  #last = "";

  constructor(io: CliIo) {
    this.#io = io;
    this.#startedMs = io.clock.monotonic();
  }

  show(said: string): void {
    const text = printable(said);
    const seconds = Math.floor((this.#io.clock.monotonic() - this.#startedMs) / 1000);
    if (this.#io.isInteractive) this.#redraw(text, ` (${seconds} s)`);
    else if (text !== this.#last) this.#io.stderr.write(`${text}\n`);
    this.#last = text;
  }

  /** A line that wraps could not be taken back. */
  #redraw(text: string, end: string): void {
    const { columns } = this.#io.stderr as { readonly columns?: number };
    const room = (columns ?? 80) - end.length - 1;
    const shown = text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
    this.#io.stderr.write(`\r\u001b[K${shown}${end}`);
  }

  [Symbol.dispose](): void {
    if (this.#io.isInteractive && this.#last !== "") this.#io.stderr.write("\r\u001b[K");
  }
}
