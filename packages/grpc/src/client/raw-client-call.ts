import type { GrpcStatus } from "../grpc-status.ts";
import type { MessageForm } from "../message-form.ts";
import type { Metadata } from "../metadata.ts";

/** How a call is opened. */
export interface OpenOptions {
  /** Request metadata. Fields that cannot be sent are left out. @default none */
  readonly metadata?: Metadata;
  /** When patience ends, on the clock's `monotonic()`, as `RawServerCall.deadlineMs`. @default never */
  readonly deadlineMs?: number | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** True: the call waits while the channel cannot connect, instead of failing. @default false */
  readonly waitForReady?: boolean;
  /** What `onMessage` gets. @default "payloads" */
  readonly messages?: MessageForm;
  /** Compression that written frames with the flag set carry. @default "identity" */
  readonly encoding?: string;
  /** @default the channel's */
  readonly authority?: string;
}

/**
 * One call as the client sees it, in callbacks: the mirror of `RawServerCall`. Every method may be
 * called at any time, before there is a connection too, and does nothing once the call is over.
 */
export interface RawClientCall {
  readonly path: string;
  /** Bytes that were written and have not been taken by the connection. */
  readonly bufferedBytes: number;
  /** True once `onClose` was, or is about to be, called. */
  readonly isEnded: boolean;
  /**
   * Sends a whole frame: five bytes of header, then the message. The buffer is not copied and must
   * never change: many calls may share it.
   *
   * @returns false above the high-water mark, or when nothing more is sent: wait for `onDrain`
   */
  write(frame: Buffer): boolean;
  /** Nothing more will be written. */
  halfClose(): void;
  /** Stops reading responses; the server is held back once the window is full. */
  pause(): void;
  resume(): void;
  /** Ends the call with CANCELLED, and tells the server. */
  cancel(reason?: string): void;
}

/**
 * What is done with a call's answers. A throw in any of these ends this call alone, with INTERNAL,
 * and goes to the log. Nothing is called before `open` has returned, and nothing after `onClose`.
 */
export interface RawClientListener {
  /**
   * The response headers; not called when the call ends without any (trailers-only).
   *
   * @param encoding compression of frames with the flag set
   */
  onHeaders(metadata: Metadata, encoding: string): void;
  /**
   * A message, or a whole frame when the call asked for frames. It lies in the buffer that
   * the network filled: whoever keeps it for long copies it.
   */
  onMessage(message: Buffer): void;
  /** What was written has gone: `write` may go on. */
  onDrain(): void;
  /** The call is over. Exactly once, behind the last message. */
  onClose(outcome: ClientOutcome): void;
}

/** How a call ended. */
export interface ClientOutcome {
  readonly status: GrpcStatus;
  /** Empty when the server did not end the call itself. */
  readonly trailers: Metadata;
}
