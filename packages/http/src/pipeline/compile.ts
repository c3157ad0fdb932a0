import type { MountedOperation } from "../routing/mounted-operation.ts";
import type { PlacedRow } from "./row.ts";
import { ROUTE_SETS } from "./route-set.ts";

/** The rows that one operation's requests pass. */
export interface Plan {
  readonly beforeBody: readonly PlacedRow[];
  readonly afterBody: readonly PlacedRow[];
}

/** The table, cut into what runs when. */
export interface Compiled {
  /** Rows that also run for what no operation answers. */
  readonly everyRequest: readonly PlacedRow[];
  readonly plan: (operation: MountedOperation) => Plan;
  readonly rescue: NonNullable<PlacedRow["rescue"]>;
}

/** @throws Error when the rows are not of the form: recover, every request's, one body read */
export function compilePipeline(
  rows: readonly PlacedRow[],
  operations: readonly MountedOperation[],
): Compiled {
  const [first] = rows;
  if (first?.rescue === undefined) throw new Error("the first row must be the one that recovers");
  const everyRequest = rows.filter((row) => row.routes === "every");
  const rest = rows.slice(everyRequest.length);
  if (rest.some((row) => row.routes === "every")) {
    throw new Error("a row for every request stands below one for operations");
  }
  const bodyAt = rest.findIndex((row) => row.readsBody === true);
  if (bodyAt < 0) throw new Error("no row reads the body");
  const plans = new Map(
    operations.map((operation) => [
      operation,
      {
        beforeBody: rest.slice(0, bodyAt).filter((row) => appliesTo(row, operation)),
        afterBody: rest.slice(bodyAt + 1).filter((row) => appliesTo(row, operation)),
      },
    ]),
  );
  return {
    everyRequest,
    plan: (operation) => {
      const plan = plans.get(operation);
      if (plan === undefined) throw new Error(`the operation ${operation.id} was not compiled`);
      return plan;
    },
    rescue: first.rescue,
  };
}

/** True when requests of this operation pass the row. */
export function appliesTo(row: PlacedRow, operation: MountedOperation): boolean {
  return ROUTE_SETS[row.routes](operation);
}
