import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import type { Problem } from "@signalbox/base";
import type { AuditDraft } from "../audit/audit-draft.ts";
import type { IdempotencyTicket } from "../idempotency/idempotency-store.ts";
import type { AddressedObject, OperationReply } from "../operation.ts";
import type { Principal } from "../permission.ts";
import type { Recheck } from "../authenticator.ts";
import type { RouteMatch } from "../routing/router.ts";
import type { RequestTrace } from "../steps/trace.ts";
import type { Caller } from "../transport/caller.ts";
import type { Deadline } from "./deadline.ts";

/** A request as it came off the wire, before anything is believed about it. */
export interface ArrivedRequest {
  readonly method: string;
  /** The request target as sent, still encoded. */
  readonly url: string;
  /** The part before `?`, still encoded. */
  readonly path: string;
  /** The part behind `?`, still encoded; empty when there is none. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  /** Who is at the other end of the connection, or of the trusted proxy's. */
  readonly caller: Caller;
  readonly raw: IncomingMessage;
}

/** Headers by lower-case name. */
export type HeaderFields = Record<string, string>;

/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<HeaderFields>;
  readonly body: string | Readable | undefined;
}

/**
 * Everything a request gathers on its way. Each field below the line is added by one row of the
 * pipeline's table, and the compiler lets only later rows ask for it.
 */
export interface Exchange {
  readonly request: ArrivedRequest;
  /** Headers that every answer to this request carries, errors too; rows write into it. */
  readonly head: HeaderFields;
  // ----
  readonly trace: RequestTrace;
  readonly startedMs: number;
  readonly route: RouteMatch;
  readonly audit: AuditDraft;
  readonly deadline: Deadline;
  readonly principal: Principal;
  readonly recheck: Recheck;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer | undefined;
  readonly body: unknown;
  readonly target: AddressedObject<unknown> | undefined;
  readonly ticket: IdempotencyTicket | undefined;
  readonly reply: OperationReply | undefined;
  /** Set by the row that settles the request; the rows below it are then skipped. */
  readonly answer: Answer | undefined;
}

export type Field = keyof Exchange;

/** The fields that are there before the first row. */
export type ArrivalField = "request" | "head";

/** How a request ended, for the rows' way out. */
export interface Outcome {
  readonly answer: Answer;
  /** Why the answer is not a good one. */
  readonly problem: Problem | undefined;
}
