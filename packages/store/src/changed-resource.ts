import type { Change, Resource } from "./store.ts";

/** The resource that a change is about: as it is now, or as it last was when it was deleted. */
export function changedResource<T>(change: Change<T>): Resource<T> {
  return change.type === "deleted" ? change.previous : change.resource;
}
