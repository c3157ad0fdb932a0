import { FRAME_HEADER_BYTES } from "@signalbox/grpc";
import type { StreamPort } from "../stream-port.ts";

/** A transport in memory: what was written waits until the client reads it. */
export class MemoryPort implements StreamPort {
  /** What a client reads next. */
  readonly inbox: Buffer[] = [];
  /** Every frame ever written, in order. */
  readonly written: Buffer[] = [];
  /** A reader that takes nothing: writes answer false. */
  isStalled = false;

  write(frame: Buffer): boolean {
    this.inbox.push(frame);
    this.written.push(frame);
    return !this.isStalled;
  }

  /** The next message, without its frame. */
  read(): Buffer | undefined {
    return this.inbox.shift()?.subarray(FRAME_HEADER_BYTES);
  }
}
