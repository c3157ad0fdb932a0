import type { AuditEvent } from "./audit-event.ts";

/** Where audit events are kept. */
export interface AuditSink {
  /** False while nothing can be written: requests that must be audited are then refused. */
  readonly accepting: boolean;
  /** Resolves when the event is durable. @throws Problem `unavailable` when it cannot be kept */
  write(event: AuditEvent): Promise<void>;
  /** Writes what is queued and lets go. */
  close(): Promise<void>;
}

/** Keeps nothing. For tests and for libraries that do their own auditing. */
export const noAudit: AuditSink = Object.freeze({
  accepting: true,
  write: () => Promise.resolve(),
  close: () => Promise.resolve(),
});
