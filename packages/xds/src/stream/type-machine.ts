import type { Resource } from "../resource/resource.ts";
import type { Interest, InterestChange } from "../subscription/interest.ts";
import type { ResourceTable } from "../table/resource-table.ts";
import type { StatusDetail } from "../wire/status-detail.ts";
import type { AnswerLedger } from "./answer-ledger.ts";
import type { PlannedAnswer } from "./answer-cache.ts";
import type { TypeRules } from "./type-rules.ts";

/**
 * Which part of an update is planned: all of it, or first what adds and later what removes
 * (make-before-break, xds §2.3 [R]).
 */
export type Phase = "all" | "additions" | "removals";

/** What a request was, besides what it asks for. */
export type RequestKind = "spontaneous" | "stale" | "ack" | "nack";

/** An answer that the client accepted. */
export interface Acknowledgement {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly version: string;
  readonly tookMs: number;
}

/** An answer that the client refused. */
export interface Refusal extends Acknowledgement {
  readonly error: StatusDetail;
  /** Names of the resources in that answer. */
  readonly resources: readonly string[];
}

/** What a request did to the state of its type. */
export interface Reception {
  readonly kind: RequestKind;
  readonly ack: Acknowledgement | undefined;
  readonly nack: Refusal | undefined;
  /** Undefined when the request was ignored. */
  readonly change: InterestChange | undefined;
}

/** How one resource stands with one client (the server's view in client status). */
export type SyncState = "synced" | "not-sent" | "stale" | "error";

export interface ResourceStatus {
  readonly name: string;
  /** Of what the cache holds. */
  readonly version: string;
  readonly resource: Resource;
  readonly state: SyncState;
}

/**
 * One type of one stream: what the client wants, what it was sent, what it is owed. Requests go
 * in, answers come out; nothing here touches a socket.
 */
export interface TypeMachine<Request, Answer> {
  readonly rules: TypeRules;
  readonly interest: Interest;
  readonly ledger: AnswerLedger<Answer>;
  /** Undefined when no cache serves the type. */
  readonly table: ResourceTable | undefined;
  /** When a heartbeat is due, on the monotonic clock. */
  readonly heartbeatAtMs: number;
  receive(request: Request): Reception;
  /** What is owed now. Whatever is answered counts as sent. */
  take(phase: Phase): PlannedAnswer<Answer> | undefined;
  /** A heartbeat, when one is due (§2.8). */
  takeHeartbeat(nowMs: number): PlannedAnswer<Answer> | undefined;
  /** The answer went out and waits for the client's word. */
  sent(answer: Answer, nonce: string, nowMs: number): void;
  /** These names are owed again, where the client holds them. */
  owe(names: Iterable<string>): void;
  /** What was refused is owed again (§2.7 c). */
  retry(): void;
  status(): Iterable<ResourceStatus>;
  close(): void;
}
