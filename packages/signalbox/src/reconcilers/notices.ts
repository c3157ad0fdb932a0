import {
  type Condition,
  type ConditionReason,
  withCondition,
  withoutCondition,
} from "../model/condition.ts";

/** Something that is not carried out as asked, or that the user should know of. */
export interface Notice {
  readonly kind: "limited" | "warning";
  readonly reason: ConditionReason;
  /** One sentence or part of one, without a full stop. */
  readonly message: string;
}

const CONDITIONS = [
  { kind: "limited", type: "Limited" },
  { kind: "warning", type: "Warning" },
] as const;

/** Part of what was asked for that this region does not carry out. */
export function limited(message: string): Notice {
  return { kind: "limited", reason: "Unsupported", message };
}

/** `Limited` and `Warning` with all of `notices` and nothing else; absent when there are none. */
export function conditionsFromNotices(
  conditions: readonly Condition[],
  notices: readonly Notice[],
  observedGeneration: number,
  nowMs: number,
): readonly Condition[] {
  return CONDITIONS.reduce<readonly Condition[]>((kept, { kind, type }) => {
    const ofKind = notices.filter((notice) => notice.kind === kind);
    const [first] = ofKind;
    if (first === undefined) return withoutCondition(kept, type);
    const message = [...new Set(ofKind.map((notice) => notice.message))].sort().join("; ");
    const update = { type, status: "True", reason: first.reason, message } as const;
    return withCondition(kept, { ...update, observedGeneration }, nowMs);
  }, conditions);
}
