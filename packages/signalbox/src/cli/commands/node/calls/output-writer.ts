import { once } from "node:events";
import type { CliIo } from "../../../cli-io.ts";

/** Writes to standard output no faster than it is read; Ctrl-C ends the wait. */
export class OutputWriter {
  readonly #io: CliIo;

  constructor(io: CliIo) {
    this.#io = io;
  }

  async write(bytes: string | Uint8Array): Promise<void> {
    const { stdout, signal } = this.#io;
    if (!stdout.write(bytes)) await once(stdout, "drain", { signal });
  }
}
