import type { MountedOperation } from "../routing/mounted-operation.ts";

/**
 * The requests that a row of the pipeline applies to: `every`, also what no operation answers;
 * `addressed`, operations with a target; `repeatable`, those that honour `Idempotency-Key`.
 */
export type RouteSet = "every" | "operations" | "addressed" | "repeatable";

export const ROUTE_SETS: Readonly<Record<RouteSet, (operation: MountedOperation) => boolean>> =
  Object.freeze({
    every: () => true,
    operations: () => true,
    addressed: (operation) => operation.findTarget !== undefined,
    repeatable: (operation) => operation.idempotent,
  });
