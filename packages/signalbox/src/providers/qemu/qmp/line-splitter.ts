import { fail, ok, type Result } from "@signalbox/base";

/** Cuts a stream of bytes into lines of at most `maxBytes`; more is a fault of the peer. */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that `chunk` completes, without their line ends; empty lines are left out. */
  push(chunk: Buffer): Result<readonly string[]> {
    const lines: string[] = [];
    let rest = chunk;
    for (;;) {
      const end = rest.indexOf(0x0a);
      const piece = end < 0 ? rest : rest.subarray(0, end);
      if (this.#bytes + piece.length > this.#maxBytes) {
        return fail(`a line of more than ${this.#maxBytes} bytes`);
      }
      this.#parts.push(piece);
      this.#bytes += piece.length;
      if (end < 0) return ok(lines);
      const line = this.#take();
      if (line !== "") lines.push(line);
      rest = rest.subarray(end + 1);
    }
  }

  #take(): string {
    const line = Buffer.concat(this.#parts).toString("utf8").trimEnd();
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}
