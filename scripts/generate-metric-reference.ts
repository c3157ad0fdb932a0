// Writes docs/metrics.md from the metric catalogue; with --check only compares.
import { readFileSync, writeFileSync } from "node:fs";

// By URL, because scripts and packages are compiled apart.
const source = new URL("../packages/signalbox/src/daemon/ops/metric-reference.ts", import.meta.url);
const { metricReference } = (await import(source.href)) as {
  metricReference: () => string;
};
const path = new URL("../docs/metrics.md", import.meta.url);
const text = metricReference();

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error("docs/metrics.md is out of date; run scripts/generate-metric-reference.ts");
  process.exitCode = 1;
}
