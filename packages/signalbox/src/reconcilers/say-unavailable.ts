import type { Log } from "@signalbox/base";
import type { Kind } from "@signalbox/store";
import type { ConditionReason } from "../model/condition.ts";
import type { Described } from "../model/metadata.ts";
import { changeResource } from "./change-resource.ts";
import type { ReconcilerDeps } from "./reconciler-deps.ts";
import { setCondition } from "./set-condition.ts";

/** Writes why a resource is not, or not yet, what it was asked to be. */
export async function sayUnavailable<T extends Described>(
  deps: Pick<ReconcilerDeps, "store" | "clock">,
  kind: Kind<T>,
  { metadata: { id, generation: observedGeneration } }: T,
  why: { readonly reason: ConditionReason; readonly message: string },
  log: Log,
): Promise<void> {
  const update = { type: "Available", status: "False", ...why, observedGeneration } as const;
  const nowMs = deps.clock.now();
  await changeResource(deps.store, kind, id, log, (present) =>
    setCondition(present, update, nowMs),
  );
}
