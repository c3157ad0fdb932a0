import type { DescMethod } from "@bufbuild/protobuf";
import type { Metadata } from "../metadata.ts";
import type { Peer } from "../peer.ts";

/** What a method is told of its call besides the request, and what it may send besides messages. */
export interface CallContext {
  readonly descriptor: DescMethod;
  readonly metadata: Metadata;
  readonly peer: Peer;
  readonly authority: string;
  readonly userAgent: string;
  /** Aborts when the call is over, in whatever way. */
  readonly signal: AbortSignal;
  /** On the server's clock's `monotonic()`; undefined without a deadline. */
  readonly deadlineMs: number | undefined;
  /** What is left of it; undefined without a deadline. */
  readonly timeLeftMs: number | undefined;
  /** Sends response headers at once, before any message. */
  sendHeaders(metadata: Metadata): void;
  /** What goes behind the last message, if the call ends well. Replaces what was set before. */
  setTrailers(trailers: Metadata): void;
}
