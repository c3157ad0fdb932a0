/** What is known of an audit event when it is opened. */
export interface AuditDraft {
  /** RFC 3339. */
  readonly time: string;
}
