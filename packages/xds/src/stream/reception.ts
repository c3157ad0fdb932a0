import type { InterestChange } from "../subscription/interest.ts";
import type { AnyAnswer } from "../wire/any-message.ts";
import type { Verdict } from "./answer-ledger.ts";
import type { Acknowledgement, Reception } from "./type-machine.ts";

/** Says what a request was, for events and metrics. */
export function receptionOf<Answer extends AnyAnswer>(
  typeUrl: string,
  verdict: Verdict<Answer>,
  change: InterestChange | undefined,
  nowMs: number,
): Reception {
  if (verdict.kind === "spontaneous" || verdict.kind === "stale") {
    return { kind: verdict.kind, ack: undefined, nack: undefined, change };
  }
  const { nonce, version, sentAtMs, answer } = verdict.of;
  const ack: Acknowledgement = { typeUrl, nonce, version, tookMs: nowMs - sentAtMs };
  if (verdict.kind === "ack") return { kind: "ack", ack, nack: undefined, change };
  const nack = {
    ...ack,
    error: verdict.error,
    resources: answer.resources.map(({ name }) => name),
  };
  return { kind: "nack", ack: undefined, nack, change };
}
