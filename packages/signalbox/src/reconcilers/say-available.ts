import type { Log } from "@signalbox/base";
import type { Kind } from "@signalbox/store";
import { withCondition, withoutCondition } from "../model/condition.ts";
import type { Metadata } from "../model/metadata.ts";
import { changeResource } from "./change-resource.ts";
import { withFinalizer } from "./finalizer.ts";
import type { ReconcilerDeps } from "./reconciler-deps.ts";

/**
 * Writes that a resource is what it was asked to be.
 *
 * @param limits what of it is not carried out in this region, as sentences
 */
export async function sayAvailable<T extends { readonly metadata: Metadata }>(
  deps: Pick<ReconcilerDeps, "store" | "clock">,
  kind: Kind<T>,
  { metadata: { id, generation: observedGeneration } }: T,
  limits: readonly string[],
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
    const conditions =
      limits.length === 0
        ? withoutCondition(available, "Limited")
        : withCondition(
            available,
            {
              type: "Limited",
              status: "True",
              reason: "Unsupported",
              message: limits.join("; "),
              observedGeneration,
            },
            nowMs,
          );
    return withFinalizer({ ...present, metadata: { ...present.metadata, conditions } });
  });
}
