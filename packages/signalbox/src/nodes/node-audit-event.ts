import type { AuditEvent } from "@signalbox/http";
import { STATUS, type StatusCode } from "@signalbox/grpc";

/** One line of the audit log: who asked what of which machines, and how it ended. */
export interface NodeAuditEvent extends AuditEvent {
  /** Of the caller; those of whom an impersonator spoke for. */
  readonly roles: readonly string[];
  /** As the caller named them, in the order of the request. */
  readonly nodes: readonly NodeAuditOutcome[];
  readonly outcome: AuditEvent["outcome"] & {
    /** Why it was refused or failed. */
    readonly reason?: string;
  };
  /** Name in a certificate that was not verified: whoever made it chose it. */
  readonly claimedName?: string;
  /** SHA-256 of the caller's certificate. */
  readonly certificate?: string;
}

/** How a call went on one machine. */
export interface NodeAuditOutcome {
  readonly name: string;
  readonly serverId?: string;
  /** Name of a gRPC status code. */
  readonly code: string;
}

/** Where these events are kept. */
export interface NodeAuditSink {
  /** False while nothing can be written: calls are then refused. */
  readonly accepting: boolean;
  /** Resolves when the event is durable. */
  write(event: NodeAuditEvent): Promise<void>;
}

/** The HTTP status that says the same, so that all lines of the log are read alike. */
export function httpStatusOf(code: StatusCode): number {
  return HTTP_STATUS.get(code) ?? 500;
}

const HTTP_STATUS: ReadonlyMap<number, number> = new Map([
  [STATUS.OK, 200],
  [STATUS.CANCELLED, 499],
  [STATUS.INVALID_ARGUMENT, 400],
  [STATUS.DEADLINE_EXCEEDED, 504],
  [STATUS.NOT_FOUND, 404],
  [STATUS.ALREADY_EXISTS, 409],
  [STATUS.PERMISSION_DENIED, 403],
  [STATUS.RESOURCE_EXHAUSTED, 429],
  [STATUS.FAILED_PRECONDITION, 400],
  [STATUS.ABORTED, 409],
  [STATUS.OUT_OF_RANGE, 400],
  [STATUS.UNIMPLEMENTED, 501],
  [STATUS.UNAVAILABLE, 503],
  [STATUS.UNAUTHENTICATED, 401],
]);
