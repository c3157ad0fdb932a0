import { fail, ok, type Result } from "@signalbox/base";

interface Dependent {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

/** Puts each behind what it depends on, and leaves the order as it is otherwise. */
export function dependencyOrder<T extends Dependent>(all: readonly T[]): Result<readonly T[]> {
  const ids = new Set(all.map(({ id }) => id));
  for (const { id, dependsOn } of all) {
    const unknown = dependsOn.find((other) => !ids.has(other));
    if (unknown !== undefined) return fail(`services: ${id} depends on ${unknown}, which is none`);
  }
  const ordered: T[] = [];
  const placed = new Set<string>();
  let left = all;
  while (left.length > 0) {
    const ready = left.find(({ dependsOn }) => dependsOn.every((other) => placed.has(other)));
    if (ready === undefined) {
      const names = left.map(({ id }) => id).join(", ");
      return fail(
        `services: these wait for each other in a circle, or for such a circle: ${names}`,
      );
    }
    ordered.push(ready);
    placed.add(ready.id);
    left = left.filter((service) => service !== ready);
  }
  return ok(ordered);
}
