/** What is known of an audit event when it is opened. */
export interface AuditDraft {
  /** Milliseconds since the epoch. */
  readonly openedAtMs: number;
}
