import { Problem } from "@signalbox/base";
import type { Kind } from "./kind.ts";
import type { Reader, Resource } from "./store.ts";

/**
 * The resource, which must be there.
 *
 * @param expected the revision that it must be at; omitted: any
 * @throws Problem `not_found`, `precondition_failed`
 */
export function requireResource<T>(
  reader: Pick<Reader, "get">,
  kind: Kind<T>,
  id: string,
  expected?: number,
): Resource<T> {
  const present = reader.get(kind, id);
  if (present === undefined) {
    throw new Problem("not_found", `there is no ${kind.name} with the id ${id}`);
  }
  if (expected === undefined || present.revision === expected) return present;
  throw new Problem(
    "precondition_failed",
    `the ${kind.name} ${id} has changed: it is at revision ${present.revision}, not ${expected}`,
  );
}
