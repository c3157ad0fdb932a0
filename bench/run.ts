// Runs the benches, each in a process of its own, and prints their rows as a table and as JSON.
// Usage: npm run bench [-- NAME ...]    rows are files of bench/rows
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BenchRow, meetsBudget } from "./bench-row.ts";

const folder = new URL("./rows/", import.meta.url);
const wanted = process.argv.slice(2);
const known = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  // Before the results of the last run are written over.
  console.error(`bench: there is no ${unknown.join(", ")}; there are ${known.join(", ")}`);
  process.exit(2);
}
const names = wanted.length === 0 ? known : wanted;

const rows = names.flatMap((name) => measure(name));
console.log(table(rows));
const results = new URL("./results/", import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(new URL("bench.json", results), `${JSON.stringify(rows, null, 2)}\n`);
console.log(`\nas JSON: ${fileURLToPath(new URL("bench.json", results))}`);

function measure(name: string): readonly BenchRow[] {
  process.stderr.write(`bench: ${name}\n`);
  const code = `const { bench } = await import(${JSON.stringify(new URL(`${name}.ts`, folder).href)});
    process.stdout.write("\\n@rows " + JSON.stringify(await bench()) + "\\n", () => process.exit(0));`;
  const out = execFileSync(
    process.execPath,
    ["--conditions=source", "--expose-gc", "--input-type=module", "--eval", code],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 64 * 1024 * 1024 },
  );
  const line = out.split("\n").findLast((text) => text.startsWith("@rows "));
  if (line === undefined) throw new Error(`bench ${name} printed no rows`);
  return JSON.parse(line.slice("@rows ".length)) as readonly BenchRow[];
}

function table(all: readonly BenchRow[]): string {
  const lines = all.map((row) => [
    row.name,
    `${round(row.value)} ${row.unit}`,
    "atLeast" in row.budget ? `>= ${row.budget.atLeast}` : `<= ${row.budget.atMost}`,
    meetsBudget(row) ? "met" : "MISSED",
    row.detail,
  ]);
  const cells = [["what", "measured", "budget", "", "how"], ...lines];
  const widths =
    cells[0]?.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0))) ?? [];
  return cells
    .map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
