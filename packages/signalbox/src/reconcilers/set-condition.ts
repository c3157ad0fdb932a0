import { type ConditionUpdate, withCondition } from "../model/condition.ts";
import type { Described } from "../model/metadata.ts";

/** The resource with that condition; nothing else is touched. */
export function setCondition<T extends Described>(
  resource: T,
  update: ConditionUpdate,
  nowMs: number,
): T {
  const conditions = withCondition(resource.metadata.conditions, update, nowMs);
  return { ...resource, metadata: { ...resource.metadata, conditions } };
}
