import { type GrpcStatus, GrpcError, Metadata, Peer, type RawServerCall } from "@signalbox/grpc";

const NOBODY = new Peer({
  address: "",
  port: 0,
  isTls: false,
  isAuthorized: false,
  x509: undefined,
});

/** A call without a socket, for properties over thousands of calls. */
export class MemoryCall implements RawServerCall {
  readonly service = "t.T";
  readonly method = "Do";
  readonly path = "/t.T/Do";
  readonly authority = "test";
  readonly userAgent = "";
  readonly peer: Peer = NOBODY;
  readonly encoding = "identity";
  readonly acceptedEncodings: readonly string[] = [];
  readonly signal: AbortSignal = new AbortController().signal;
  readonly deadlineMs = undefined;
  readonly bufferedBytes = 0;
  readonly metadata: Metadata;
  readonly timeLeftMs: number | undefined;
  /** What `write` answers. */
  hasRoom = true;
  isPaused = false;
  readonly written: Buffer[] = [];
  readonly ends: GrpcStatus[] = [];

  constructor(timeLeftMs: number | undefined, metadata: Metadata = Metadata.empty) {
    this.timeLeftMs = timeLeftMs;
    this.metadata = metadata;
  }

  get isEnded(): boolean {
    return this.ends.length > 0;
  }

  sendHeaders(): void {}

  write(frame: Buffer): boolean {
    if (this.isEnded) throw new Error("written behind the end");
    this.written.push(frame);
    return this.hasRoom;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  end(status: GrpcStatus): void {
    this.ends.push(status);
  }

  fail(error: unknown): void {
    this.end(GrpcError.from(error).status);
  }
}
