import { cell } from "./cell.ts";

/** A column of a table for people: its heading and what it shows of an item. */
export interface Column<T> {
  readonly heading: string;
  readonly value: (item: T) => string | undefined;
  /** What it shows where there is room, when one item is printed; default `value`. */
  readonly detail?: (item: T) => string | undefined;
}

const GAP = "  ";

/** Lines of a table: headings, then a line an item, as wide as their widest cells. */
export function renderTable<T>(columns: readonly Column<T>[], items: readonly T[]): string {
  const rows = [
    columns.map((column) => column.heading),
    ...items.map((item) => columns.map((column) => cell(column.value(item)))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) => renderRow(row, widths)).join("\n");
}

function renderRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((text, index) => text.padEnd(widths[index] ?? 0))
    .join(GAP)
    .trimEnd();
}
