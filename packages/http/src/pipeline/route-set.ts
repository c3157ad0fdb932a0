import type { MountedOperation } from "../routing/mounted-operation.ts";

/**
 * The requests that a row of the pipeline applies to: `every`, also what no operation answers;
 * `guarded`, operations whose caller must be known; `permitted`, those that demand a permission;
 * `bodied`, those with a body; `addressed`, those with a target; `repeatable`, those that honour
 * `Idempotency-Key`.
 */
export type RouteSet =
  | "every"
  | "operations"
  | "guarded"
  | "permitted"
  | "bodied"
  | "addressed"
  | "repeatable";

export const ROUTE_SETS: Readonly<Record<RouteSet, (operation: MountedOperation) => boolean>> =
  Object.freeze({
    every: () => true,
    operations: () => true,
    guarded: (operation) => operation.permission !== "open",
    permitted: (operation) => typeof operation.permission !== "string",
    bodied: (operation) => operation.body !== undefined,
    addressed: (operation) => operation.findTarget !== undefined,
    repeatable: (operation) => operation.idempotent,
  });
