/** A number for each column of a table of the kernel's. */
export function countersOf<Column extends string>(
  columns: readonly Column[],
  value: (column: Column, index: number) => bigint,
): Record<Column, bigint> {
  const entries = columns.map((column, index) => [column, value(column, index)] as const);
  return Object.fromEntries(entries) as Record<Column, bigint>;
}
