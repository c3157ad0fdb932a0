import type { GrpcStatus } from "../grpc-status.ts";
import type { Metadata } from "../metadata.ts";
import type { Peer } from "../peer.ts";

/**
 * One call as the server sees it, in callbacks: no promise and no iterator a message, so that
 * thousands of streams may lie open at little cost. Every method may be called at any time and
 * does nothing once the call is over.
 */
export interface RawServerCall {
  /** `envoy.service.discovery.v3.AggregatedDiscoveryService` */
  readonly service: string;
  /** `StreamAggregatedResources` */
  readonly method: string;
  /** `/service/method` as the client sent it. */
  readonly path: string;
  /** What the client took the server's name to be. */
  readonly authority: string;
  /** The client program's name for itself; empty when it sent none. */
  readonly userAgent: string;
  /** Request metadata: reserved names taken out, repeated fields apart. */
  readonly metadata: Metadata;
  readonly peer: Peer;
  /** Compression of the request's messages: `identity`, `gzip`, or what the client named. */
  readonly encoding: string;
  /** Compressions that the client can read, in its order; without `identity`. */
  readonly acceptedEncodings: readonly string[];
  /** Made when first asked for. Aborts when the call is over, in whatever way. */
  readonly signal: AbortSignal;
  /** When the client's patience ends, on the clock's `monotonic()`; undefined without a deadline. */
  readonly deadlineMs: number | undefined;
  /** What is left of it; undefined without a deadline. */
  readonly timeLeftMs: number | undefined;
  /** Bytes that were written and have not been taken by the connection. */
  readonly bufferedBytes: number;
  /** True once the call is over or `end` was called: nothing that is written now is sent. */
  readonly isEnded: boolean;
  /**
   * Sends the response headers; at the latest the first message does, without metadata. Called
   * again it does nothing.
   */
  sendHeaders(metadata: Metadata, options?: SendHeadersOptions): void;
  /**
   * Sends a whole frame: five bytes of header, then the message. The buffer is not copied and must
   * never change: many calls may share it.
   *
   * @returns false above the high-water mark, or when the call is over: wait for `onDrain`
   */
  write(frame: Buffer): boolean;
  /** Stops reading requests; the client is held back once the window is full. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /**
   * Ends the call. Trailers-only when nothing was sent; what was written before is still sent.
   * A client that has not finished sending is told to stop.
   */
  end(status: GrpcStatus, trailers?: Metadata): void;
  /**
   * Ends the call as a thrown error asks: a GrpcError with its status and trailers, a Problem with
   * the status of its code, anything else INTERNAL, its text in the log alone.
   */
  fail(error: unknown): void;
}

/** How response headers are sent. */
export interface SendHeadersOptions {
  /** Compression that frames with the flag set carry. @default "identity" */
  readonly encoding?: string;
}

/**
 * What a handler does with a call. A throw in any of these ends this call alone, with INTERNAL,
 * and goes to the log. Nothing is called before the handler has returned, and nothing after
 * `onClose`.
 */
export interface RawCallListener {
  /**
   * A message, unpacked; a whole frame when the route asks for frames. It lies in the buffer that
   * the network filled: whoever keeps it for long copies it.
   */
  onMessage(message: Buffer): void;
  /** The client sends nothing more. */
  onHalfClose(): void;
  /** What was written has gone: `write` may go on. */
  onDrain(): void;
  /** The call is over. Exactly once. */
  onClose(outcome: CallOutcome): void;
}

/** Why a call is over. */
export type CallEnd =
  /** The server ended it, and all of it was sent. */
  | "finished"
  /** The client took it back. */
  | "cancelled"
  | "deadline"
  /** The connection was lost or closed under it. */
  | "disconnected"
  /** The server stopped, or its connection grew too old, and the call's grace was over. */
  | "stopped"
  /** The client's bytes were at fault, or a handler threw. */
  | "failed";

/** How a call ended. */
export interface CallOutcome {
  readonly end: CallEnd;
  /** What the client was told, or would have been told had it been there. */
  readonly status: GrpcStatus;
}

/** Opens a call: gets it, answers who listens to it. A throw ends the call. */
export type RawHandler = (call: RawServerCall) => RawCallListener;
