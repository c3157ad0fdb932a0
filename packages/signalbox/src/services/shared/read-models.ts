import type { Resource } from "@signalbox/store";
import type { ReadModel } from "./resource-set.ts";

/** What callers see of resources, each made when it is asked for: long lists are never held twice. */
export function readModels<T>(
  resources: readonly Resource<T>[],
  read: ReadModel<T>,
): Iterable<unknown> {
  return {
    *[Symbol.iterator]() {
      for (const resource of resources) yield read(resource);
    },
  };
}
