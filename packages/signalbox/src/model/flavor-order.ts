import type { Flavor } from "./flavor.ts";

/** The order of flavors in lists: logical GPUs, CPUs, memory, ascending (compute-api §1.5). */
export function compareFlavors(one: Flavor, other: Flavor): number {
  return (
    (one.gpu?.logicalCount ?? 0) - (other.gpu?.logicalCount ?? 0) ||
    one.cpus - other.cpus ||
    one.memoryBytes - other.memoryBytes
  );
}
