import type { Kind, Store } from "@signalbox/store";
import { type Described, FINALIZER } from "../model/metadata.ts";

/** The resource with our finalizer, which holds it back until its provider side is cleaned up. */
export function withFinalizer<T extends Described>(resource: T): T {
  const { finalizers } = resource.metadata;
  if (finalizers.includes(FINALIZER)) return resource;
  return {
    ...resource,
    metadata: { ...resource.metadata, finalizers: [...finalizers, FINALIZER] },
  };
}

/**
 * Takes our finalizer off a resource that is being deleted, and deletes it when nobody else's is
 * left (compute-api §7.2).
 *
 * @param isSame false keeps a resource that took the id of the one that was cleaned up
 */
export async function releaseFinalizer<T extends Described>(
  store: Store,
  kind: Kind<T>,
  id: string,
  isSame: (present: T) => boolean = () => true,
): Promise<void> {
  await store.transact((tx) => {
    const present = tx.get(kind, id)?.value;
    if (present?.metadata.deletedAt === undefined || !isSame(present)) return;
    const finalizers = present.metadata.finalizers.filter((name) => name !== FINALIZER);
    if (finalizers.length === 0) tx.delete(kind, id);
    else tx.update(kind, id, { ...present, metadata: { ...present.metadata, finalizers } });
  });
}
