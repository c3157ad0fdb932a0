import type { Log } from "@signalbox/base";
import type { Kind } from "@signalbox/store";
import { withCondition } from "../model/condition.ts";
import type { Described } from "../model/metadata.ts";
import { changeResource } from "./change-resource.ts";
import { withFinalizer } from "./finalizer.ts";
import { conditionsFromNotices, type Notice } from "./notices.ts";
import type { ReconcilerDeps } from "./reconciler-deps.ts";

/**
 * Writes that a resource is what it was asked to be.
 *
 * @param notices what of it is not carried out in this region, and what is worth knowing
 */
export async function sayAvailable<T extends Described>(
  deps: Pick<ReconcilerDeps, "store" | "clock">,
  kind: Kind<T>,
  { metadata: { id, generation: observedGeneration } }: T,
  notices: readonly Notice[],
  log: Log,
): Promise<void> {
  const nowMs = deps.clock.now();
  const message = "it is as it was asked for";
  await changeResource(deps.store, kind, id, log, (present) => {
    const available = withCondition(
      present.metadata.conditions,
      { type: "Available", status: "True", reason: "Provisioned", message, observedGeneration },
      nowMs,
    );
    const conditions = conditionsFromNotices(available, notices, observedGeneration, nowMs);
    return withFinalizer({ ...present, metadata: { ...present.metadata, conditions } });
  });
}
