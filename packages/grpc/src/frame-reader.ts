import { fail, ok, type Result } from "@signalbox/base";
import { FRAME_HEADER_BYTES, type MessageFrame } from "./frame.ts";

/** What is wrong with the bytes of a peer. */
export type FrameFault =
  | { readonly type: "too_large"; readonly bytes: number }
  | { readonly type: "bad_flag"; readonly flag: number }
  /** The stream ended inside a frame. */
  | { readonly type: "truncated" };

const NOTHING: Result<undefined, never> = ok(undefined);

/**
 * Splits a stream of bytes into messages, one at a time, so that whoever reads may stop between
 * two of them. Any split of the same bytes gives the same messages; a message that lies in one
 * chunk is not copied. After a fault nothing more is read.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #hasFailed = false;

  /** @param maxBytes longest payload that is taken */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that were pushed and not read. */
  get bufferedBytes(): number {
    return this.#buffered;
  }

  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): void {
    if (this.#hasFailed || chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
  }

  /** The next message; undefined until it is complete. */
  next(): Result<MessageFrame | undefined, FrameFault> {
    if (this.#buffered < FRAME_HEADER_BYTES) return NOTHING;
    const head = this.#peekHeader();
    const flag = head[0] ?? 0;
    const length = head.readUInt32BE(1);
    if (flag > 1) return this.#fault({ type: "bad_flag", flag });
    if (length > this.#maxBytes) return this.#fault({ type: "too_large", bytes: length });
    if (this.#buffered < FRAME_HEADER_BYTES + length) return NOTHING;
    const bytes = this.#take(FRAME_HEADER_BYTES + length);
    return ok({ isCompressed: flag === 1, bytes, payload: bytes.subarray(FRAME_HEADER_BYTES) });
  }

  /** Tells whether the stream may end here. */
  end(): Result<undefined, FrameFault> {
    if (this.#hasFailed || this.#buffered === 0) return NOTHING;
    return fail({ type: "truncated" });
  }

  /** Forgets what is buffered and takes nothing more. */
  stop(): void {
    this.#hasFailed = true;
    this.#chunks = [];
    this.#buffered = 0;
  }

  #fault(fault: FrameFault): Result<never, FrameFault> {
    this.stop();
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
