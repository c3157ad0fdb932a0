import { Problem } from "@signalbox/base";
import type { GrpcStatus } from "./grpc-status.ts";
import { Metadata } from "./metadata.ts";
import { isStatusCode, STATUS, type StatusCode, statusName } from "./status.ts";

/** What an error carries besides its status. */
export interface GrpcErrorOptions {
  /** Sent behind the status; default none. */
  readonly trailers?: Metadata;
  /** A serialised `google.rpc.Status`, sent as `grpc-status-details-bin`. */
  readonly details?: Uint8Array;
  /** What went wrong inside; goes to the log, never to the wire. */
  readonly cause?: unknown;
}

/**
 * The end of a call other than OK: what a handler throws and what a client is thrown. The text
 * goes to the peer.
 */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: StatusCode;
  readonly trailers: Metadata;
  readonly details: Uint8Array | undefined;

  constructor(code: StatusCode, message: string, options: GrpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.trailers = options.trailers ?? Metadata.empty;
    this.details = options.details;
  }

  /** What goes to the wire. */
  get status(): GrpcStatus {
    return { code: this.code, message: this.message, details: this.details };
  }

  /** `NOT_FOUND: no such node`. */
  override toString(): string {
    return `${statusName(this.code)}: ${this.message}`;
  }

  /**
   * The single funnel for what a handler threw: a GrpcError stays, a Problem takes the code of its
   * catalogue row, everything else becomes INTERNAL with the original as its cause.
   */
  static from(error: unknown): GrpcError {
    if (error instanceof GrpcError) return error;
    if (error instanceof Problem) {
      const code = isStatusCode(error.row.grpc) ? error.row.grpc : STATUS.INTERNAL;
      return new GrpcError(code, error.message, { cause: error });
    }
    return new GrpcError(STATUS.INTERNAL, "an unexpected error", { cause: error });
  }
}
