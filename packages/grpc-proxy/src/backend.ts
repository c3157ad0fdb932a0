import type { GrpcStatus, MessageForm, Metadata } from "@signalbox/grpc";
import type { Envelope } from "./envelope/envelope.ts";

/** What a call to a backend begins with. */
export interface OutgoingRequest {
  /** `/package.Service/Method` */
  readonly path: string;
  /** As the caller sent it; the backend decides what of it goes on. */
  readonly metadata: Metadata;
  /** The name under which the caller reached us. */
  readonly authority: string;
  /** Compression of the frames that will be written with the flag set. */
  readonly encoding: string;
  /** When the caller's patience ends, on the clock's `monotonic()`; undefined without a deadline. */
  readonly deadlineMs: number | undefined;
  /** What `onMessage` gets. */
  readonly messages: MessageForm;
}

/** A call that was opened: `RawClientCall` of the gRPC channel is one. */
export interface OutgoingCall {
  /**
   * Sends a whole frame, header included. The buffer is shared with other calls and never changes.
   *
   * @returns false when `onDrain` is to be waited for
   */
  write(frame: Buffer): boolean;
  /** Nothing more is sent; answers still come. */
  halfClose(): void;
  /** Stops reading answers; the backend is held back once the window is full. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Gives the call up, here and at the backend. The listener hears CANCELLED. */
  cancel(reason?: string): void;
}

/** Who hears what a backend answers. Nothing is called before `open` has returned. */
export interface OutgoingListener {
  /** Not called when the call ends without headers. */
  onHeaders(metadata: Metadata, encoding: string): void;
  /** In the form that the request asked for. */
  onMessage(message: Buffer): void;
  /** There is room again after a `write` that answered false. */
  onDrain(): void;
  /** Exactly once, behind everything else. */
  onClose(outcome: OutgoingOutcome): void;
}

/** How a call to a backend ended. */
export interface OutgoingOutcome {
  readonly status: GrpcStatus;
  readonly trailers: Metadata;
}

/** One machine that calls are sent on to. */
export interface Backend {
  /** In errors and in replies: how callers know the machine. */
  readonly name: string;
  /** How its replies are told apart from others' in a call to many. */
  readonly envelope: Envelope;
  /** True while there is a connection. Asked when a call's budget for connecting is used up. */
  readonly isConnected: boolean;
  /**
   * Begins a call. It does not wait for a connection: frames that are written before there is one
   * are kept.
   *
   * @throws GrpcError when there cannot be a call; it is treated as the backend's answer
   */
  open(request: OutgoingRequest, listener: OutgoingListener): OutgoingCall;
}
