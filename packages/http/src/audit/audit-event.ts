import type { Tenancy } from "../permission.ts";

/** One line of the audit log: who tried to do what to which object, and how it ended. */
export interface AuditEvent {
  /** RFC 3339, when the request arrived. */
  readonly time: string;
  /** Who held the credentials; absent when the request was refused before that was known. */
  readonly actor?: string;
  /** On whose behalf, when it is not the actor. */
  readonly principal?: string;
  readonly tenancy?: Tenancy;
  /** Operation id. */
  readonly operation: string;
  /** HTTP method. */
  readonly verb: string;
  /** Path as sent, without the query. */
  readonly path: string;
  readonly resource?: { readonly type: string; readonly id: string };
  readonly outcome: {
    readonly status: number;
    /** The problem's code when the request was refused or failed. */
    readonly code?: string;
    /** The caller had gone before the answer was there. */
    readonly abandoned?: true;
  };
  readonly sourceAddress: string;
  readonly traceId: string;
}
