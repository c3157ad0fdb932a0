import { Problem } from "@signalbox/base";
import type { ReconcileContext, ReconcileResult } from "@signalbox/controller";
import type { Kind } from "@signalbox/store";
import { type ConditionUpdate, findCondition } from "../model/condition.ts";
import type { Described, Metadata } from "../model/metadata.ts";
import { changeResource } from "./change-resource.ts";
import { patientRetryMs, type Trouble, troubleFrom } from "./provider-trouble.ts";
import type { ReconcilerDeps } from "./reconciler-deps.ts";
import { setCondition } from "./set-condition.ts";

/**
 * Ends a reconcile that failed: says so in the `Available` condition of the resource and answers
 * when to look again.
 *
 * @throws the error, when it is a fault to be logged and backed off from
 */
export async function reportTrouble<T extends Described>(
  deps: Pick<ReconcilerDeps, "store" | "clock" | "log">,
  kind: Kind<T>,
  resource: T,
  error: unknown,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  // A shutdown says nothing about the resource.
  if (context.signal.aborted && !Problem.is(context.signal.reason)) throw error;
  const { condition, next } = troubleFrom(error);
  const nowMs = deps.clock.now();
  if (condition !== undefined) {
    const { id, generation } = resource.metadata;
    await changeResource(deps.store, kind, id, context.log, (present) =>
      updatesFor(condition, generation, present.metadata).reduce(
        (changed, update) => setCondition(changed, update, nowMs),
        present,
      ),
    );
  }
  switch (next.type) {
    case "later":
      return {
        requeueAfterMs: patientRetryMs(next.afterMs, waitedMs(resource.metadata, condition, nowMs)),
      };
    case "parked":
      return;
    case "failed":
      throw error;
  }
}

/** How long the resource has been saying the same; 0 when it is new. */
function waitedMs({ conditions }: Metadata, said: Trouble["condition"], nowMs: number): number {
  const before = findCondition(conditions, "Available");
  const isSame = before?.status === "False" && before.reason === said?.reason;
  return isSame ? nowMs - Date.parse(before.since) : 0;
}

/** What cannot be observed is not known to be well any more (compute-api §7.5). */
function updatesFor(
  condition: NonNullable<Trouble["condition"]>,
  observedGeneration: number,
  metadata: Metadata,
): readonly ConditionUpdate[] {
  const { reason, message } = condition;
  const available: ConditionUpdate = {
    type: "Available",
    status: "False",
    reason,
    message,
    observedGeneration,
  };
  const wasObserved = findCondition(metadata.conditions, "Healthy") !== undefined;
  if (reason !== "ProviderUnavailable" || !wasObserved) return [available];
  return [
    available,
    { type: "Healthy", status: "Unknown", reason: "Unknown", message, observedGeneration },
  ];
}
