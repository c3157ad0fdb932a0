// Writes deploy/grafana/signalbox.json from the metric catalogue; with --check only compares.
import { readFileSync, writeFileSync } from "node:fs";

interface Sources {
  readonly metricCatalogue: () => readonly unknown[];
  readonly dashboard: (parts: readonly unknown[]) => unknown;
}

// By URL, because scripts and packages are compiled apart.
const folder = new URL("../packages/signalbox/src/daemon/ops/", import.meta.url);
const { metricCatalogue } = (await import(new URL("metric-catalogue.ts", folder).href)) as Sources;
const { dashboard } = (await import(new URL("dashboard.ts", folder).href)) as Sources;
const path = new URL("../deploy/grafana/signalbox.json", import.meta.url);
const text = `${JSON.stringify(dashboard(metricCatalogue()), null, 2)}\n`;

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error("deploy/grafana/signalbox.json is out of date; run scripts/generate-dashboard.ts");
  process.exitCode = 1;
}
