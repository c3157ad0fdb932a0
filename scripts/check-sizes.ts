// Keeps files small enough to read: median <= 100 lines, p90 <= 300, none over 500.
import { readFileSync } from "node:fs";
import { projectFiles } from "./lib/source-files.ts";

const LIMITS = { median: 100, p90: 300, max: 500 };

const files = projectFiles("packages/*/src/**/*.ts", "scripts/**/*.ts")
  .filter((path) => !path.endsWith(".test.ts"))
  .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }))
  .sort((a, b) => a.lines - b.lines);

const at = (fraction: number): number =>
  files[Math.min(files.length - 1, Math.floor(files.length * fraction))]?.lines ?? 0;
const sizes = { median: at(0.5), p90: at(0.9), max: at(1) };

console.log(
  `${files.length} files: median ${sizes.median}, p90 ${sizes.p90}, max ${sizes.max} lines`,
);
for (const { path, lines } of files) {
  if (lines > LIMITS.max) console.error(`${path}: ${lines} lines; split it along its concepts`);
}
const over = (["median", "p90", "max"] as const).filter((name) => sizes[name] > LIMITS[name]);
for (const name of over)
  console.error(`${name} is ${sizes[name]} lines, the limit is ${LIMITS[name]}`);
process.exitCode = over.length === 0 ? 0 : 1;
