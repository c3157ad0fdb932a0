import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Clock } from "@signalbox/base";
import {
  type CallOutcome,
  GrpcError,
  type GrpcStatus,
  Metadata,
  type Peer,
  type RawCallListener,
  type RawHandler,
  type RawServerCall,
  STATUS,
  status,
} from "@signalbox/grpc";
import { fromGrpcJs, toGrpcJs } from "./grpc-js-metadata.ts";
import { peerOf } from "./grpc-js-peer.ts";

/**
 * Above this nothing more is written. grpc-js counts messages, sixteen of them, whatever their
 * size: a client that does not read could hold megabytes.
 */
const HIGH_WATER_BYTES = 64 * 1024;

const CANCELLED: GrpcStatus = status(STATUS.CANCELLED, "the client has gone");

export interface GrpcJsCallOptions {
  readonly service: string;
  readonly method: string;
  readonly clock: Clock;
}

/** A call of grpc-js as handlers of `@signalbox/grpc` know calls. */
export class GrpcJsCall implements RawServerCall {
  readonly #call: ServerDuplexStream<Buffer, Buffer>;
  readonly #clock: Clock;
  readonly service: string;
  readonly method: string;
  /** grpc-js unpacks messages before it hands them on, and says nothing of it. */
  readonly encoding = "identity";
  readonly acceptedEncodings: readonly string[] = [];
  readonly metadata: Metadata;
  readonly peer: Peer;
  #listener: RawCallListener | undefined;
  #gone: AbortController | undefined;
  #told: GrpcStatus | undefined;
  #bufferedBytes = 0;
  #isFull = false;
  #isClosed = false;

  constructor(call: ServerDuplexStream<Buffer, Buffer>, options: GrpcJsCallOptions) {
    this.#call = call;
    this.#clock = options.clock;
    this.service = options.service;
    this.method = options.method;
    this.metadata = fromGrpcJs(call.metadata);
    this.peer = peerOf(call);
  }

  get path(): string {
    return this.#call.getPath();
  }

  get authority(): string {
    return this.#call.getHost();
  }

  get userAgent(): string {
    return this.metadata.get("user-agent") ?? "";
  }

  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isClosed) this.#gone.abort();
    return this.#gone.signal;
  }

  get deadlineMs(): number | undefined {
    const leftMs = this.timeLeftMs;
    return leftMs === undefined ? undefined : this.#clock.monotonic() + leftMs;
  }

  get timeLeftMs(): number | undefined {
    const deadline = Number(this.#call.getDeadline());
    return Number.isFinite(deadline) ? Math.max(0, deadline - this.#clock.now()) : undefined;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get isEnded(): boolean {
    return this.#isClosed || this.#told !== undefined;
  }

  /** Lets the handler have the call. A throw ends it. */
  open(handler: RawHandler): void {
    const call = this.#call;
    // From then on every event counts, and none comes before this turn of the loop is over.
    call.on("finish", () => this.#close({ end: "finished", status: this.#told ?? CANCELLED }));
    call.on("cancelled", () => this.#close({ end: "cancelled", status: CANCELLED }));
    try {
      const listener = handler(this);
      this.#listener = listener;
      call.on("end", () => this.#tell(() => listener.onHalfClose()));
      call.on("data", (message: Buffer) => this.#tell(() => listener.onMessage(message)));
    } catch (error) {
      this.fail(error);
    }
  }

  sendHeaders(metadata: Metadata): void {
    if (!this.isEnded) this.#call.sendMetadata(toGrpcJs(metadata));
  }

  write(frame: Buffer): boolean {
    if (this.isEnded) return false;
    this.#bufferedBytes += frame.length;
    this.#call.write(frame, () => this.#written(frame.length));
    this.#isFull ||= this.#bufferedBytes >= HIGH_WATER_BYTES;
    return !this.#isFull;
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  end(told: GrpcStatus, trailers: Metadata = Metadata.empty): void {
    if (this.isEnded) return;
    this.#told = told;
    const metadata = toGrpcJs(trailers);
    if (told.details !== undefined) {
      metadata.set("grpc-status-details-bin", Buffer.from(told.details));
    }
    // What waits unread would keep the stream open.
    this.#call.resume();
    if (told.code === STATUS.OK) this.#call.end(metadata);
    else this.#call.emit("error", { code: told.code, details: told.message, metadata });
  }

  fail(error: unknown): void {
    const { code, message, details, trailers } = GrpcError.from(error);
    this.end({ code, message, details }, trailers);
  }

  #written(bytes: number): void {
    this.#bufferedBytes -= bytes;
    if (!this.#isFull || this.#bufferedBytes >= HIGH_WATER_BYTES) return;
    this.#isFull = false;
    this.#tell(() => this.#listener?.onDrain());
  }

  /** A throw of the listener ends this call alone. */
  #tell(event: () => void): void {
    if (this.#isClosed) return;
    try {
      event();
    } catch (error) {
      this.fail(error);
    }
  }

  #close(outcome: CallOutcome): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#gone?.abort();
    this.#listener?.onClose(outcome);
  }
}
