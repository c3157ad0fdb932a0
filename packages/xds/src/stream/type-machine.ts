import type { Resource } from "../resource/resource.ts";
import type { InterestChange } from "../subscription/interest.ts";
import type { AnyAnswer } from "../wire/any-message.ts";
import type { StatusDetail } from "../wire/status-detail.ts";
import type { PlannedAnswer } from "./answer-cache.ts";
import type { TypeStanding } from "./type-standing.ts";

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
  /** From when it was sent until the client's word came. */
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

/**
 * One type of one stream, as one protocol has it. Requests go in, answers come out; nothing here
 * touches a socket.
 */
export interface TypeMachine<Request, Answer extends AnyAnswer> {
  readonly standing: TypeStanding<Answer>;
  /** Memory of the names that the client gave, about. */
  readonly heldBytes: number;
  receive(request: Request): Reception;
  /** What is owed now. Whatever is answered counts as sent. */
  take(phase: Phase): PlannedAnswer<Answer> | undefined;
  /** Repeats these resources, whose heartbeat is due (§2.8). */
  heartbeat(due: readonly Resource[]): Answer;
}
