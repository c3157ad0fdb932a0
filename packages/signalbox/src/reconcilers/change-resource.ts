import { isDeepStrictEqual } from "node:util";
import type { Log } from "@signalbox/base";
import type { Kind, Store } from "@signalbox/store";
import { type Condition, findCondition } from "../model/condition.ts";
import type { Described, Metadata } from "../model/metadata.ts";

/** A resource before and after a write. */
export interface ResourceChange<T> {
  readonly before: T;
  readonly after: T;
}

/**
 * Writes what `change` makes of the resource as it is at that moment, so that what the API has
 * written meanwhile stays. Nothing is written when nothing changes: a reconciler at rest wakes
 * nobody. Changed conditions are logged.
 *
 * @param change pure; undefined leaves the resource alone
 * @returns undefined when the resource is gone or was left alone
 */
export async function changeResource<T extends Described>(
  store: Store,
  kind: Kind<T>,
  id: string,
  log: Log,
  change: (present: T) => T | undefined,
): Promise<ResourceChange<T> | undefined> {
  const present = store.get(kind, id)?.value;
  if (present === undefined || isUnchanged(present, change(present))) return undefined;
  const { result } = await store.transact((tx) => {
    const before = tx.get(kind, id)?.value;
    if (before === undefined) return undefined;
    const after = change(before);
    if (after === undefined || isUnchanged(before, after)) return undefined;
    tx.update(kind, id, after);
    return { before, after };
  });
  if (result !== undefined) logTransitions(kind.name, result, log);
  return result;
}

function isUnchanged<T>(before: T, after: T | undefined): boolean {
  return after === undefined || isDeepStrictEqual(before, after);
}

function logTransitions<T extends Described>(
  kind: string,
  change: ResourceChange<T>,
  log: Log,
): void {
  const { metadata } = change.after;
  for (const condition of metadata.conditions) {
    const before = findCondition(change.before.metadata.conditions, condition.type);
    if (before?.status === condition.status && before.reason === condition.reason) continue;
    log.info(transition(kind, metadata, condition), "condition changed");
  }
}

/** The fields of the reference's provisioning log (compute-api §7.2). */
function transition(kind: string, metadata: Metadata, condition: Condition): object {
  const { type, status, reason, message, observedGeneration } = condition;
  return {
    stream: "provisioning",
    resource: { type: kind, id: metadata.id },
    provisioning: { type, status, reason, message },
    observedGeneration,
  };
}
