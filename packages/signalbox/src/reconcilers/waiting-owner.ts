import { type ControllerInput, defineInput } from "@signalbox/controller";
import type { Kind, Reader } from "@signalbox/store";
import type { Described } from "../model/metadata.ts";

/**
 * An input that has another look at a resource that is being deleted each time one of those that
 * hold it back goes, or lets go of it.
 *
 * @param ownersOf ids of the resources that one of `kind` holds back
 */
export function wakeWaitingOwners<T, O extends Described>(
  store: Reader,
  owner: Kind<O>,
  kind: Kind<T>,
  ownersOf: (value: T) => readonly string[],
): ControllerInput {
  return defineInput(kind, (change) =>
    change.type === "created"
      ? []
      : ownersOf(change.previous.value).filter((id) => isBeingDeleted(store, owner, id)),
  );
}

function isBeingDeleted<O extends Described>(store: Reader, kind: Kind<O>, id: string): boolean {
  return store.get(kind, id)?.value.metadata.deletedAt !== undefined;
}
