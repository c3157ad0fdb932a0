import { constants, type ServerHttp2Stream } from "node:http2";
import { CANCELLED, type DueNode } from "@signalbox/base";
import type { Due } from "../due-timers.ts";
import { GrpcError } from "../grpc-error.ts";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { MessageReader, type MessageSink } from "../message-reader.ts";
import { Metadata } from "../metadata.ts";
import type { Peer } from "../peer.ts";
import { isMetadataName } from "../reserved-names.ts";
import { STATUS } from "../status.ts";
import type { CallHost } from "./call-host.ts";
import type {
  CallEnd,
  CallOutcome,
  RawCallListener,
  RawServerCall,
  SendHeadersOptions,
} from "./raw-call.ts";
import type { RequestHead } from "./request-head.ts";
import {
  BEFORE_MESSAGES,
  NOTHING_FOLLOWS,
  responseHeaders,
  trailersOf,
  trailersOnly,
} from "./response-head.ts";
import type { FoundRoute } from "./router.ts";

/** Where a stream keeps its call, so that listeners are shared by all streams. */
const CALL = Symbol("call");

interface CallStream extends ServerHttp2Stream {
  [CALL]?: ServerCall;
}

/** One call over one HTTP/2 stream. */
export class ServerCall implements RawServerCall, MessageSink, Due {
  readonly #stream: CallStream;
  readonly #host: CallHost;
  readonly #head: RequestHead;
  readonly route: FoundRoute;
  /** On the clock's `monotonic()`. */
  readonly startedMs: number;
  readonly deadlineMs: number | undefined;
  #raw: readonly string[] | undefined;
  #metadata: Metadata | undefined;
  #reader: MessageReader | undefined;
  #listener: RawCallListener | undefined;
  #controller: AbortController | undefined;
  #deadline: DueNode<Due> | undefined;
  /** What `end` was given. */
  #end: { readonly status: GrpcStatus; readonly trailers: Metadata } | undefined;
  #outcome: CallOutcome | undefined;
  #hasHalfClosed: boolean;
  /** `pause` was called before there was anything to read. */
  #isPausedEarly = false;
  /** The status has been handed to the connection, behind everything else. */
  #isFlushed = false;

  constructor(
    host: CallHost,
    stream: ServerHttp2Stream,
    head: RequestHead,
    route: FoundRoute,
    raw: readonly string[],
  ) {
    this.#host = host;
    this.#stream = stream;
    this.#head = head;
    this.route = route;
    this.#raw = raw;
    this.#hasHalfClosed = stream.readableEnded;
    this.startedMs = host.clock.monotonic();
    if (head.timeoutMs !== undefined) {
      this.deadlineMs = this.startedMs + head.timeoutMs;
      if (head.timeoutMs > 0) this.#deadline = host.timers.add(this, head.timeoutMs);
    }
    this.#stream[CALL] = this;
    stream.on("aborted", onAborted);
    stream.on("close", onClose);
  }

  get service(): string {
    return this.#head.service;
  }

  get method(): string {
    return this.#head.method;
  }

  get path(): string {
    return this.#head.path;
  }

  get authority(): string {
    return this.#head.authority;
  }

  get userAgent(): string {
    return this.#head.userAgent;
  }

  get encoding(): string {
    return this.#head.encoding;
  }

  get acceptedEncodings(): readonly string[] {
    const names = this.#head.acceptEncoding.split(",").map((name) => name.trim());
    return names.filter((name) => name !== "" && name !== "identity");
  }

  get peer(): Peer {
    return this.#host.peer;
  }

  get metadata(): Metadata {
    this.#metadata ??= Metadata.fromRaw(this.#raw ?? [], isMetadataName);
    this.#raw = undefined;
    return this.#metadata;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#outcome !== undefined) this.#controller.abort(CANCELLED);
    }
    return this.#controller.signal;
  }

  get timeLeftMs(): number | undefined {
    if (this.deadlineMs === undefined) return undefined;
    return Math.max(0, this.deadlineMs - this.#host.clock.monotonic());
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  get isEnded(): boolean {
    return this.#end !== undefined || this.#outcome !== undefined;
  }

  /** Hands the call to its handler and begins to read. */
  open(): void {
    if (this.isEnded) return;
    const listener = this.#guard(() => this.route.handler(this));
    if (listener === undefined) return;
    if (this.#outcome !== undefined) {
      this.#tell(listener, this.#outcome);
      return;
    }
    this.#listener = listener;
    if (this.isEnded) return;
    const options = {
      maxBytes: this.#host.limits.maxMessageBytes,
      isGzip: this.#head.encoding === "gzip",
      messages: this.route.messages,
    };
    this.#reader = new MessageReader(this.#stream, options, this);
    this.#stream.on("end", onEnd);
    this.#stream.on("drain", onDrain);
    this.#stream.on("data", onData);
    if (this.#isPausedEarly) this.pause();
  }

  sendHeaders(metadata: Metadata, options: SendHeadersOptions = {}): void {
    if (this.isEnded || this.#stream.headersSent) return;
    this.#stream.on("wantTrailers", onWantTrailers);
    const headers = responseHeaders(metadata, options.encoding ?? "identity");
    this.#stream.respond(headers, BEFORE_MESSAGES);
  }

  write(frame: Buffer): boolean {
    if (this.isEnded) return false;
    if (!this.#stream.headersSent) this.sendHeaders(Metadata.empty);
    return this.#stream.write(frame);
  }

  pause(): void {
    if (this.#reader === undefined) this.#isPausedEarly = true;
    this.#reader?.pause();
  }

  resume(): void {
    this.#isPausedEarly = false;
    this.#reader?.resume();
  }

  end(end: GrpcStatus, trailers: Metadata = Metadata.empty): void {
    if (this.isEnded) return;
    this.#end = { status: end, trailers };
    // What the client still sends is dropped; without this, its end would never be seen.
    if (this.#reader === undefined) this.#stream.resume();
    else this.#reader.stop();
    if (this.#stream.headersSent) {
      this.#stream.end();
      return;
    }
    this.#stream.respond(trailersOnly(200, end, trailers), NOTHING_FOLLOWS);
    this.#isFlushed = true;
    this.#endEarly();
  }

  fail(error: unknown): void {
    const known = GrpcError.from(error);
    if (known.code === STATUS.INTERNAL) this.#host.onThrown(this, known.cause ?? known);
    this.end(known.status, known.trailers);
  }

  /** Ends the call from outside: what is buffered is not waited for when the client does not read. */
  stop(end: CallEnd, told: GrpcStatus): void {
    if (this.#outcome !== undefined) return;
    const isStuck = this.#stream.writableLength > 0;
    this.end(told);
    if (isStuck) this.#stream.close(constants.NGHTTP2_CANCEL);
    this.#finish({ end, status: told });
  }

  onMessage(message: Buffer): void {
    this.#guard(() => this.#listener?.onMessage(message));
  }

  onEnd(): void {
    this.#hasHalfClosed = true;
    this.#guard(() => this.#listener?.onHalfClose());
  }

  onFault(fault: GrpcStatus): void {
    this.stop("failed", fault);
  }

  onDue(): void {
    this.#deadline = undefined;
    this.stop("deadline", status(STATUS.DEADLINE_EXCEEDED, "the deadline has passed"));
  }

  onData(chunk: Buffer): void {
    this.#reader?.push(chunk);
  }

  onReadEnd(): void {
    this.#hasHalfClosed = true;
    this.#reader?.end();
  }

  onDrain(): void {
    if (!this.isEnded) this.#guard(() => this.#listener?.onDrain());
  }

  onWantTrailers(): void {
    const { status: end, trailers } = this.#end ?? UNKNOWN_END;
    this.#stream.sendTrailers(trailersOf(end, trailers));
    this.#isFlushed = true;
    // Node sends trailers in the next turn; what tells the client to stop must follow them.
    if (!this.#hasHalfClosed) setImmediate(() => this.#endEarly());
  }

  /** The stream was reset, by the client or with its connection. */
  onAborted(): void {
    if (this.#outcome !== undefined) return;
    const isGone = this.#host.isLost;
    const told = isGone
      ? status(STATUS.UNAVAILABLE, "the connection was lost")
      : status(STATUS.CANCELLED, "the client cancelled the call");
    this.#finish({ end: isGone ? "disconnected" : "cancelled", status: told });
  }

  onClose(): void {
    const isClean = this.#stream.rstCode === constants.NGHTTP2_NO_ERROR;
    if (this.#end !== undefined && this.#isFlushed && isClean) {
      this.#finish({ end: "finished", status: this.#end.status });
    } else {
      this.onAborted();
    }
    this.#host.onClosed(this);
  }

  /** Tells a client that is still sending that nobody listens any more (node-api §1.1). */
  #endEarly(): void {
    if (this.#hasHalfClosed || this.#stream.closed || this.#stream.destroyed) return;
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  #finish(outcome: CallOutcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    if (this.#deadline !== undefined) this.#host.timers.remove(this.#deadline);
    this.#deadline = undefined;
    this.#reader?.stop();
    this.#controller?.abort(CANCELLED);
    this.#host.onFinished(this, outcome);
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener !== undefined) this.#tell(listener, outcome);
  }

  #tell(listener: RawCallListener, outcome: CallOutcome): void {
    try {
      listener.onClose(outcome);
    } catch (error) {
      this.#host.onThrown(this, error);
    }
  }

  /** Runs a handler's code; a throw ends this call and no other. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }
}

const UNKNOWN_END = {
  status: status(STATUS.UNKNOWN, "the call ended without a status"),
  trailers: Metadata.empty,
};

function onData(this: CallStream, chunk: Buffer): void {
  this[CALL]?.onData(chunk);
}
function onEnd(this: CallStream): void {
  this[CALL]?.onReadEnd();
}
function onDrain(this: CallStream): void {
  this[CALL]?.onDrain();
}
function onWantTrailers(this: CallStream): void {
  this[CALL]?.onWantTrailers();
}
function onAborted(this: CallStream): void {
  this[CALL]?.onAborted();
}
function onClose(this: CallStream): void {
  this[CALL]?.onClose();
}
