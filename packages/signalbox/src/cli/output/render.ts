import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { cell } from "./cell.ts";
import { type Column, renderTable } from "./render-table.ts";

/** Forms of output: a table for people, the others for programs. */
export const OUTPUT_FORMATS = ["table", "json", "yaml"] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** A list in the form asked for, ready to print. */
export function renderList<T>(
  format: OutputFormat,
  columns: readonly Column<T>[],
  items: readonly T[],
): string {
  return format === "table" ? renderTable(columns, items) : renderValue(format, items);
}

/** One item: for people its columns as lines `heading: value`. */
export function renderItem<T>(
  format: OutputFormat,
  columns: readonly Column<T>[],
  item: T,
): string {
  if (format !== "table") return renderValue(format, item);
  const width = Math.max(...columns.map((column) => column.heading.length));
  return columns
    .map(({ heading, value, detail = value }) => `${heading.padEnd(width)}  ${cell(detail(item))}`)
    .join("\n");
}

/** Any value for a program. */
export function renderValue(format: "json" | "yaml", value: unknown): string {
  return format === "json" ? JSON.stringify(value, null, 2) : toYaml(value);
}

/** The library is loaded here alone: that is a fifth of what a command takes to start. */
function toYaml(value: unknown): string {
  const { stringify } = createRequire(import.meta.url)("yaml") as typeof Yaml;
  return stringify(value).trimEnd();
}
