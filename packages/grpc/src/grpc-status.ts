import { STATUS, type StatusCode } from "./status.ts";

/** How a call ends: what goes into `grpc-status`, `grpc-message` and `grpc-status-details-bin`. */
export interface GrpcStatus {
  readonly code: StatusCode;
  /** For the person at the other end; percent-encoded on the wire. Empty where code says all. */
  readonly message: string;
  /** A serialised `google.rpc.Status`; default none. */
  readonly details?: Uint8Array | undefined;
}

/** The end of a call that went well. */
export const OK_STATUS: GrpcStatus = Object.freeze({ code: STATUS.OK, message: "" });

/** @example `call.end(status(STATUS.NOT_FOUND, "no such node"))` */
export function status(code: StatusCode, message: string): GrpcStatus {
  return { code, message };
}
