import type { Flavor } from "./flavor.ts";

/** The order in which flavors are listed: logical GPUs, CPUs, memory, ascending (§1.5). */
export function compareFlavors(one: Flavor, other: Flavor): number {
  return (
    (one.gpu?.logicalCount ?? 0) - (other.gpu?.logicalCount ?? 0) ||
    one.cpus - other.cpus ||
    one.memoryBytes - other.memoryBytes
  );
}
