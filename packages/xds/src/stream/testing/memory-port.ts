import { FRAME_HEADER_BYTES, type GrpcStatus } from "@signalbox/grpc";
import type { StreamPort } from "../stream-port.ts";

/** A transport in memory: what was written waits until the client reads it. */
export class MemoryPort implements StreamPort {
  /** What a client reads next. */
  readonly inbox: Buffer[] = [];
  /** Every frame ever written, in order. */
  readonly written: Buffer[] = [];
  /** A reader that takes nothing: writes answer false. */
  isStalled = false;
  isPaused = false;
  status: GrpcStatus | undefined;

  get bufferedBytes(): number {
    return this.inbox.reduce((sum, { length }) => sum + length, 0);
  }

  write(frame: Buffer): boolean {
    this.inbox.push(frame);
    this.written.push(frame);
    return !this.isStalled;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(status: GrpcStatus): void {
    this.status ??= status;
  }

  /** The next message, without its frame. */
  read(): Buffer | undefined {
    return this.inbox.shift()?.subarray(FRAME_HEADER_BYTES);
  }
}
