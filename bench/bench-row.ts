/** One measured line of the table: a ratio or a size against its budget (docs/benchmarks.md). */
export interface BenchRow {
  readonly name: string;
  /** What was measured; a ratio where a limit or peer ran in the same process run. */
  readonly value: number;
  readonly unit: "ratio" | "us" | "ms" | "MB" | "B" | "s";
  readonly budget: { readonly atLeast: number } | { readonly atMost: number };
  /** What was compared with what, and the raw figures. */
  readonly detail: string;
}

/** A bench measures one or more rows; each file of bench/rows exports one as `bench`. */
export type Bench = () => Promise<readonly BenchRow[]>;

/** True when the row keeps within its budget. */
export function meetsBudget(row: BenchRow): boolean {
  return "atLeast" in row.budget ? row.value >= row.budget.atLeast : row.value <= row.budget.atMost;
}
