import type { InterestChange } from "../subscription/interest.ts";
import type { AnyAnswer } from "../wire/any-message.ts";
import type { Acknowledgement, Refusal } from "./type-machine.ts";

/** An answer as it goes out. */
export interface SentEvent<Answer extends AnyAnswer = AnyAnswer> {
  readonly typeUrl: string;
  readonly nonce: string;
  readonly version: string;
  readonly answer: Answer;
  /** Of the whole frame, header included. */
  readonly bytes: number;
  /** The frame was encoded for another stream before. */
  readonly isShared: boolean;
}

/** Who is told what happens on a stream. A throw ends that stream and no other. */
export interface StreamObserver<Answer extends AnyAnswer> {
  onAck(ack: Acknowledgement): void;
  onNack(refusal: Refusal): void;
  /** A request that spoke of an overtaken answer. */
  onStale?(typeUrl: string): void;
  onSubscriptionChange(typeUrl: string, change: InterestChange): void;
  onSent(event: SentEvent<Answer>): void;
  /** What the client accepted was due to a change so long ago. */
  onConverged?(typeUrl: string, tookMs: number): void;
  /** A change came while something was owed already: they go out together. */
  onCoalesced?(typeUrl: string): void;
}
