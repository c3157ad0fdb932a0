import { News } from "../news.ts";

const BLOCK_BYTES = 16 * 1024;
const NEWLINE = 0x0a;

/** Bytes of a log, and the position behind them. */
export interface LogPiece {
  readonly bytes: Buffer;
  readonly next: number;
}

/**
 * The last bytes that a service wrote. Positions count bytes from the first one ever written.
 * Memory is taken as it fills, and never more than the limit and one block.
 */
export class LogRing {
  readonly #maxBlocks: number;
  readonly #news = new News();
  readonly #blocks: Buffer[] = [];
  /** The position of the first byte that is kept. */
  #start = 0;
  #end = 0;

  /** @param maxBytes default 1 MiB */
  constructor(maxBytes: number = 1024 * 1024) {
    this.#maxBlocks = Math.ceil(maxBytes / BLOCK_BYTES) + 1;
  }

  /** The position of the next byte. */
  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const used = (this.#end - this.#start) % BLOCK_BYTES;
      if (used === 0) this.#addBlock();
      const piece = bytes.subarray(at, at + BLOCK_BYTES - used);
      this.#blocks.at(-1)?.set(piece, used);
      this.#end += piece.length;
      at += piece.length;
    }
    this.#news.tell();
  }

  /** Where the last so many lines begin; a negative number means all that are kept. */
  tailStart(lines: number): number {
    if (lines < 0) return this.#wholeLineAt(this.#start);
    let left = lines;
    // The newline at the very end ends a line rather than to begin one.
    for (let at = this.#end - 1; at > this.#start; at--) {
      if (left > 0 && this.#byteAt(at - 1) === NEWLINE) left -= 1;
      if (left === 0) return lines === 0 ? this.#end : at;
    }
    return lines === 0 ? this.#end : this.#wholeLineAt(this.#start);
  }

  /**
   * What is there from `position` on, at most one block of it; undefined at the end. Who asks for
   * what is gone gets the oldest whole line.
   */
  read(position: number): LogPiece | undefined {
    const at = position < this.#start ? this.#wholeLineAt(this.#start) : position;
    if (at >= this.#end) return undefined;
    const offset = at - this.#start;
    const from = offset % BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES - from, this.#end - at);
    const block = this.#blocks[Math.floor(offset / BLOCK_BYTES)];
    if (block === undefined) return undefined;
    return { bytes: Buffer.from(block.subarray(from, from + length)), next: at + length };
  }

  /** Resolves when there is something at `position`, or the signal aborts. */
  async reached(position: number, signal: AbortSignal): Promise<void> {
    while (this.#end <= position && !signal.aborted) await this.#news.next(signal);
  }

  /** The first position, `from` or later, at which a line begins; `from` when none does. */
  #wholeLineAt(from: number): number {
    if (from === 0) return 0;
    for (let at = from; at < this.#end - 1; at++) if (this.#byteAt(at) === NEWLINE) return at + 1;
    return from;
  }

  #byteAt(position: number): number | undefined {
    const offset = position - this.#start;
    return this.#blocks[Math.floor(offset / BLOCK_BYTES)]?.[offset % BLOCK_BYTES];
  }

  #addBlock(): void {
    this.#blocks.push(Buffer.alloc(BLOCK_BYTES));
    if (this.#blocks.length <= this.#maxBlocks) return;
    this.#blocks.shift();
    this.#start += BLOCK_BYTES;
  }
}
