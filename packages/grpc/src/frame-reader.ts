import { fail, ok, type Result } from "@signalbox/base";
import { FRAME_HEADER_BYTES, type MessageFrame } from "./frame.ts";

/** What is wrong with the bytes of a peer. */
export type FrameFault =
  | { readonly type: "too_large"; readonly bytes: number }
  | { readonly type: "bad_flag"; readonly flag: number }
  /** The stream ended inside a frame. */
  | { readonly type: "truncated" };

/**
 * Splits a stream of bytes into messages. Any split of the same bytes gives the same messages; a
 * message that lies in one chunk is not copied. After a fault nothing more is read.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #failed = false;

  /** @param maxBytes longest payload that is taken */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a message that is not complete yet. */
  get bufferedBytes(): number {
    return this.#buffered;
  }

  /** Takes the next bytes; answers the messages that they complete. */
  push(chunk: Buffer): Result<readonly MessageFrame[], FrameFault> {
    if (this.#failed || chunk.length === 0) return ok([]);
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: MessageFrame[] = [];
    while (this.#buffered >= FRAME_HEADER_BYTES) {
      const head = this.#peekHeader();
      const flag = head[0] ?? 0;
      const length = head.readUInt32BE(1);
      if (flag > 1) return this.#fault({ type: "bad_flag", flag });
      if (length > this.#maxBytes) return this.#fault({ type: "too_large", bytes: length });
      if (this.#buffered < FRAME_HEADER_BYTES + length) break;
      const frame = this.#take(FRAME_HEADER_BYTES + length);
      frames.push({ isCompressed: flag === 1, payload: frame.subarray(FRAME_HEADER_BYTES) });
    }
    return ok(frames);
  }

  /** Tells whether the stream may end here. */
  end(): Result<undefined, FrameFault> {
    if (this.#failed || this.#buffered === 0) return ok(undefined);
    return fail({ type: "truncated" });
  }

  #fault(fault: FrameFault): Result<never, FrameFault> {
    this.#failed = true;
    this.#chunks = [];
    this.#buffered = 0;
    return fail(fault);
  }

  #peekHeader(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= FRAME_HEADER_BYTES) return first;
    this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  #take(length: number): Buffer {
    const [first] = this.#chunks;
    const whole =
      first !== undefined && first.length >= length ? first : Buffer.concat(this.#chunks);
    if (whole !== first) this.#chunks = [whole];
    const rest = whole.subarray(length);
    if (rest.length === 0) this.#chunks.shift();
    else this.#chunks[0] = rest;
    this.#buffered -= length;
    return whole.subarray(0, length);
  }
}
