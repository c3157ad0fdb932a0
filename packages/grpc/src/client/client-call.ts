import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import type { DueNode } from "@signalbox/base";
import type { Due, DueTimers } from "../due-timers.ts";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { MessageReader, type MessageSink } from "../message-reader.ts";
import { Metadata } from "../metadata.ts";
import { STATUS } from "../status.ts";
import { parseAnswerEnd, parseAnswerHead } from "./answer-head.ts";
import { callHeaders } from "./call-head.ts";
import type { ChannelSettings } from "./channel-options.ts";
import type { Connection } from "./connection.ts";
import { Outbox } from "./outbox.ts";
import type {
  ClientOutcome,
  OpenOptions,
  RawClientCall,
  RawClientListener,
} from "./raw-client-call.ts";
import { statusOfReset } from "./reset-status.ts";

/** What a call needs of its channel. */
export interface CallOwner {
  readonly settings: ChannelSettings;
  readonly timers: DueTimers;
  readonly authority: string;
  /** The server has not looked at the call: it wants another stream. */
  onRefused(call: ClientCall): void;
  onFinished(call: ClientCall): void;
}

/** Where a stream keeps its call, so that listeners are shared by all streams. */
const CALL = Symbol("call");

interface CallStream extends ClientHttp2Stream {
  [CALL]?: ClientCall;
}

const LATE: GrpcStatus = status(STATUS.DEADLINE_EXCEEDED, "the deadline has passed");
const NO_TRAILERS: GrpcStatus = status(
  STATUS.INTERNAL,
  "server closed the stream without sending trailers",
);

/** One call: waits for a stream, runs on it, at most once more on another. */
export class ClientCall implements RawClientCall, MessageSink, Due {
  readonly #owner: CallOwner;
  readonly path: string;
  readonly #options: OpenOptions;
  readonly #outbox: Outbox;
  #listener: RawClientListener | undefined;
  #connection: Connection | undefined;
  #stream: CallStream | undefined;
  #reader: MessageReader | undefined;
  #deadline: DueNode<Due> | undefined;
  #httpStatus = 200;
  /** What the server said, kept until its last message is delivered. */
  #end: ClientOutcome | undefined;
  /** Every message of the server is delivered. */
  #isRead = false;
  #isEnded = false;
  #isPaused = false;
  #isHalfClosed = false;
  #wantsDrain = false;
  #wasRefused = false;

  constructor(owner: CallOwner, path: string, options: OpenOptions, listener: RawClientListener) {
    this.#owner = owner;
    this.path = path;
    this.#options = options;
    this.#listener = listener;
    this.#outbox = new Outbox(owner.settings.limits.retryBufferBytes);
  }

  get waitsForReady(): boolean {
    return this.#options.waitForReady ?? false;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get bufferedBytes(): number {
    return this.#stream?.writableLength ?? this.#outbox.bytes;
  }

  get #timeLeftMs(): number | undefined {
    const { deadlineMs } = this.#options;
    if (deadlineMs === undefined) return undefined;
    return Math.max(0, deadlineMs - this.#owner.settings.clock.monotonic());
  }

  /** Begins to watch its signal and its deadline; either may end it at once. */
  begin(): void {
    const { signal } = this.#options;
    const leftMs = this.#timeLeftMs;
    if (signal?.aborted === true) this.#onAbort();
    else if (leftMs === 0) this.stop(LATE);
    else {
      signal?.addEventListener("abort", this.#onAbort, { once: true });
      if (leftMs !== undefined) this.#deadline = this.#owner.timers.add(this, leftMs);
    }
  }

  /** Takes a stream of a connection that has room, and sends what was written until now. */
  run(connection: Connection): void {
    const stream: CallStream = connection.open(
      callHeaders({
        scheme: this.#owner.settings.tls === undefined ? "http" : "https",
        authority: this.#options.authority ?? this.#owner.authority,
        path: this.path,
        userAgent: this.#owner.settings.userAgent,
        encoding: this.#options.encoding ?? "identity",
        timeLeftMs: this.#timeLeftMs,
        metadata: this.#options.metadata ?? Metadata.empty,
      }),
    );
    this.#connection = connection;
    this.#stream = stream;
    stream[CALL] = this;
    stream.on("response", onResponse);
    stream.on("trailers", onTrailers);
    stream.on("error", ignore);
    stream.on("drain", onDrain);
    stream.on("close", onClose);
    this.#send(stream);
  }

  write(frame: Buffer): boolean {
    if (this.#isEnded || this.#isHalfClosed) return false;
    const stream = this.#stream;
    const hasRoom = stream === undefined ? this.#outbox.hold(frame) : this.#writeNow(stream, frame);
    if (!hasRoom) this.#wantsDrain = true;
    return hasRoom;
  }

  halfClose(): void {
    if (this.#isEnded || this.#isHalfClosed) return;
    this.#isHalfClosed = true;
    this.#stream?.end();
  }

  pause(): void {
    this.#isPaused = true;
    this.#reader?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#reader?.resume();
  }

  cancel(reason = "the call was cancelled"): void {
    this.stop(status(STATUS.CANCELLED, reason));
  }

  /** Ends the call from this side. */
  stop(told: GrpcStatus): void {
    this.#finish({ status: told, trailers: Metadata.empty });
  }

  onDue(): void {
    this.#deadline = undefined;
    this.stop(LATE);
  }

  onMessage(message: Buffer): void {
    this.#guard((listener) => listener.onMessage(message));
  }

  /** The server's last message is delivered. */
  onEnd(): void {
    this.#isRead = true;
    if (this.#end !== undefined) this.#finish(this.#end);
    // Node tells of trailers and of the end in either order, within one turn.
    else setImmediate(() => this.#endWithoutTrailers());
  }

  onFault(fault: GrpcStatus): void {
    this.stop(fault);
  }

  onResponse(flags: number, raw: readonly string[]): void {
    if (this.#isEnded) return;
    this.#outbox.forget();
    const isLast = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const head = parseAnswerHead(raw);
    if (!head.ok) {
      this.stop(head.error);
      return;
    }
    this.#httpStatus = head.value.httpStatus;
    if (isLast) {
      this.#end = parseAnswerEnd(raw, this.#httpStatus);
      this.#finish(this.#end);
      return;
    }
    const { metadata, encoding } = head.value;
    if (encoding !== "identity" && encoding !== "gzip" && this.#options.messages !== "frames") {
      const text = `grpc: Decompressor is not installed for grpc-encoding "${encoding}"`;
      this.stop(status(STATUS.UNIMPLEMENTED, text));
      return;
    }
    this.#guard((listener) => listener.onHeaders(metadata, encoding));
    this.#read(encoding);
  }

  onTrailers(raw: readonly string[]): void {
    this.#end = parseAnswerEnd(raw, this.#httpStatus);
    if (this.#isRead) this.#finish(this.#end);
  }

  onData(chunk: Buffer): void {
    this.#reader?.push(chunk);
  }

  onReadEnd(): void {
    this.#reader?.end();
  }

  onDrain(): void {
    if (this.#isEnded || !this.#wantsDrain) return;
    this.#wantsDrain = false;
    this.#guard((listener) => listener.onDrain());
  }

  onStreamClosed(): void {
    const stream = this.#stream;
    const connection = this.#connection;
    if (this.#isEnded || stream === undefined || connection === undefined) return;
    const isClean = this.#end !== undefined || stream.rstCode === constants.NGHTTP2_NO_ERROR;
    // All has come; what the reader still holds, paused or unpacking, is delivered first.
    if (this.#reader !== undefined && stream.readableEnded && isClean) return;
    if (this.#mayGoElsewhere(stream, connection)) {
      this.#wasRefused = true;
      this.#stream = undefined;
      this.#connection = undefined;
      this.#owner.onRefused(this);
      return;
    }
    this.#finish({ status: this.#lostStatus(stream, connection), trailers: Metadata.empty });
  }

  #endWithoutTrailers(): void {
    const connection = this.#connection;
    this.stop(connection?.isLost === true ? lost(connection) : NO_TRAILERS);
  }

  #mayGoElsewhere(stream: ClientHttp2Stream, connection: Connection): boolean {
    return !this.#wasRefused && this.#outbox.isWhole && connection.isUntouched(stream);
  }

  /** What became of a stream that ended without a status. */
  #lostStatus(stream: ClientHttp2Stream, connection: Connection): GrpcStatus {
    if (connection.isLost && stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM) {
      return lost(connection);
    }
    if (stream.rstCode === constants.NGHTTP2_CANCEL && this.#timeLeftMs === 0) return LATE;
    return statusOfReset(stream.rstCode ?? constants.NGHTTP2_NO_ERROR);
  }

  #read(encoding: string): void {
    const stream = this.#stream;
    if (this.#isEnded || stream === undefined) return;
    const options = {
      maxBytes: this.#owner.settings.limits.maxMessageBytes,
      isGzip: encoding === "gzip",
      messages: this.#options.messages ?? "payloads",
    };
    this.#reader = new MessageReader(stream, options, this);
    stream.on("end", onEnd);
    stream.on("data", onData);
    if (this.#isPaused) this.#reader.pause();
  }

  /** Sends what lies in the outbox; it stays there in case the stream is refused. */
  #send(stream: CallStream): void {
    let hasRoom = true;
    for (const frame of this.#outbox.frames()) hasRoom = stream.write(frame);
    this.#outbox.trim();
    if (this.#isHalfClosed) stream.end();
    else if (hasRoom && this.#wantsDrain) queueMicrotask(() => this.onDrain());
  }

  #writeNow(stream: CallStream, frame: Buffer): boolean {
    this.#outbox.keep(frame);
    return stream.write(frame);
  }

  #finish(outcome: ClientOutcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    if (this.#deadline !== undefined) this.#owner.timers.remove(this.#deadline);
    this.#deadline = undefined;
    this.#outbox.forget();
    this.#reader?.stop();
    this.#letGo(this.#end === outcome);
    this.#owner.onFinished(this);
    const listener = this.#listener;
    this.#listener = undefined;
    // A call that ends while it is being opened must not be heard of before `open` has returned.
    queueMicrotask(() => this.#tell(listener, outcome));
  }

  /** Leaves the stream, and tells a server that has not finished that nobody listens. */
  #letGo(hasServerEnded: boolean): void {
    const stream = this.#stream;
    if (stream === undefined || stream.closed || stream.destroyed) return;
    // Without this, the end of what nobody reads would never be seen.
    stream.resume();
    if (!hasServerEnded) stream.close(constants.NGHTTP2_CANCEL);
    else if (!stream.writableFinished) stream.destroy();
  }

  #tell(listener: RawClientListener | undefined, outcome: ClientOutcome): void {
    try {
      listener?.onClose(outcome);
    } catch (error) {
      this.#log(error);
    }
  }

  /** Runs a listener's code; a throw ends this call and no other. */
  #guard(run: (listener: RawClientListener) => void): void {
    if (this.#listener === undefined) return;
    try {
      run(this.#listener);
    } catch (error) {
      this.#log(error);
      this.stop(status(STATUS.INTERNAL, "the listener of the call failed"));
    }
  }

  #log(error: unknown): void {
    const { log } = this.#owner.settings;
    log.error({ err: error, path: this.path }, "a listener of a gRPC call threw");
  }

  readonly #onAbort = (): void => {
    this.stop(cancelled(this.#options.signal?.reason));
  };
}

function lost({ cause }: Connection): GrpcStatus {
  return status(STATUS.UNAVAILABLE, `connection error: desc = "${cause.message}"`);
}

function cancelled(reason: unknown): GrpcStatus {
  const text = reason instanceof Error ? reason.message : "the call was cancelled";
  return status(STATUS.CANCELLED, text);
}

function ignore(): void {}

function onResponse(
  this: CallStream,
  _headers: IncomingHttpHeaders,
  flags: number,
  raw: readonly string[],
): void {
  this[CALL]?.onResponse(flags, raw);
}
function onTrailers(
  this: CallStream,
  _headers: IncomingHttpHeaders,
  _flags: number,
  raw: readonly string[],
): void {
  this[CALL]?.onTrailers(raw);
}
function onData(this: CallStream, chunk: Buffer): void {
  this[CALL]?.onData(chunk);
}
function onEnd(this: CallStream): void {
  this[CALL]?.onReadEnd();
}
function onDrain(this: CallStream): void {
  this[CALL]?.onDrain();
}
function onClose(this: CallStream): void {
  this[CALL]?.onStreamClosed();
}
