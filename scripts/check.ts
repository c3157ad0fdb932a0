// The fast gate: protobuf code, format, lint, types, layers, sizes, generated files, unit tests.
import { readdirSync, rmSync } from "node:fs";
import { nodeTestStep } from "./lib/node-test.ts";
import { runSteps, type Step } from "./lib/run-step.ts";
import { testFiles } from "./lib/test-files.ts";

const bin = (name: string): string => `node_modules/.bin/${name}`;
const script = (name: string, path: string, ...args: string[]): Step => ({
  name,
  command: process.execPath,
  args: ["--conditions=source", path, ...args],
});

// tsc 7 keeps stale errors in its build info after a change of the base configuration.
if (process.env["CI"] !== undefined) {
  for (const path of readdirSync(".", { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".tsbuildinfo") && !path.includes("node_modules")) rmSync(path);
  }
}

process.exitCode = await runSteps([
  script("protobuf code", "scripts/generate-protos.ts"),
  { name: "format", command: bin("biome"), args: ["format", "."] },
  { name: "lint", command: bin("oxlint"), args: ["--type-aware", "--deny-warnings"] },
  { name: "types", command: bin("tsc"), args: ["-b"] },
  script("layers", "scripts/check-layers.ts"),
  script("sizes", "scripts/check-sizes.ts"),
  script("configuration reference", "scripts/generate-config-reference.ts", "--check"),
  script("metric reference", "scripts/generate-metric-reference.ts", "--check"),
  script("dashboard", "scripts/generate-dashboard.ts", "--check"),
  nodeTestStep("unit tests", testFiles().unit, { concurrency: 2, timeoutMs: 120_000 }),
]);
