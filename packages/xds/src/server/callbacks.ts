import type { CallOutcome, Metadata, Peer } from "@signalbox/grpc";
import type { InterestChange } from "../subscription/interest.ts";
import type { StreamKind } from "../stream/dialect.ts";
import type { SentEvent } from "../stream/stream-observer.ts";
import type { Acknowledgement, Refusal, RequestKind } from "../stream/type-machine.ts";
import type { DeltaAnswer, SotwAnswer } from "../wire/answer.ts";
import type { AnyRequest } from "../wire/any-message.ts";
import type { Node } from "../wire/node.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";

/** One stream, as callbacks and the status see it. */
export interface StreamInfo {
  /** From 1 on, in one space for all streams of the server. */
  readonly id: number;
  readonly kind: StreamKind;
  /** Undefined for an aggregated stream. */
  readonly typeUrl: string | undefined;
  readonly peer: Peer;
  readonly metadata: Metadata;
  /** Wall-clock time, milliseconds since the epoch. */
  readonly openedAt: number;
  /** Who the client says it is, by its last request; undefined until its first. */
  readonly node: Node | undefined;
}

/** A request as it came in, its type filled in. */
export interface RequestEvent {
  readonly request: AnyRequest;
  readonly kind: RequestKind;
}

/** Changes the answers of one stream. The resources in them are shared: replace, do not change. */
export interface AnswerTransform {
  readonly sotw?: (answer: SotwAnswer) => SotwAnswer;
  readonly delta?: (answer: DeltaAnswer) => DeltaAnswer;
}

/**
 * What a server tells its user (xds §3). Whatever throws ends its own stream and no other: with
 * the status of a `GrpcError` or `Problem`, with UNKNOWN otherwise.
 *
 * Those that may return a promise hold back the requests of their stream until it settles, in order,
 * and `onFetchRequest` its own answer. All others return at once.
 */
export interface XdsCallbacks {
  /** Before anything is read. The place to refuse a client. */
  onStreamOpen?(stream: StreamInfo): void | Promise<void>;
  /** The first request told who the client is. The place to make its snapshot. */
  onNode?(stream: StreamInfo, node: Node): void | Promise<void>;
  /**
   * A later request says other things of the client than `before`: its group may be another one. Its
   * id is the same; nodes that take another id are not heeded.
   */
  onNodeChange?(stream: StreamInfo, before: Node): void | Promise<void>;
  /** Every request, outdated ones too, before it is treated. */
  onRequest?(stream: StreamInfo, event: RequestEvent): void | Promise<void>;
  /** A client accepted an answer. */
  onAck?(stream: StreamInfo, ack: Acknowledgement): void;
  /** Once for each refused answer, however often the client repeats it (§2.7). */
  onNack?(stream: StreamInfo, refusal: Refusal): void;
  /** A request changed what the client wants of a type. */
  onSubscriptionChange?(stream: StreamInfo, typeUrl: string, change: InterestChange): void;
  /** An answer went out. It may be shared with other streams. */
  onResponse?(stream: StreamInfo, event: SentEvent): void;
  /**
   * Asked once for each stream, when its node is known. A stream with a transform is answered for
   * itself: each of its answers is encoded anew.
   */
  transformResponse?(stream: StreamInfo): AnswerTransform | undefined;
  /** Exactly once, after everything of the stream is released. A throw goes to the log. */
  onStreamClose?(stream: StreamInfo, outcome: CallOutcome): void;
  /** Before a single answer is made, by gRPC or REST. The place to refuse a client that asks once. */
  onFetchRequest?(request: SotwRequest, peer: Peer): void | Promise<void>;
  /** A single answer is made and about to go out. */
  onFetchResponse?(request: SotwRequest, answer: SotwAnswer): void;
}
