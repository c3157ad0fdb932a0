import { nodeTestStep } from "./node-test.ts";
import type { Step } from "./run-step.ts";
import { writeTestBatches } from "./test-batches.ts";
import { testFiles } from "./test-files.ts";

const bin = (name: string): string => `node_modules/.bin/${name}`;
const script = (name: string, path: string, ...args: string[]): Step => ({
  name,
  command: process.execPath,
  args: ["--conditions=source", path, ...args],
});

/** What can be judged without running the program: half a minute. */
export const staticSteps: readonly Step[] = [
  script("protobuf code", "scripts/generate-protos.ts"),
  { name: "format", command: bin("biome"), args: ["format", "."] },
  { name: "lint", command: bin("oxlint"), args: ["--type-aware", "--deny-warnings"] },
  { name: "types", command: bin("tsc"), args: ["-b"] },
  script("layers", "scripts/check-layers.ts"),
  script("sizes", "scripts/check-sizes.ts"),
  script("configuration reference", "scripts/generate-config-reference.ts", "--check"),
  script("metric reference", "scripts/generate-metric-reference.ts", "--check"),
  script("dashboard", "scripts/generate-dashboard.ts", "--check"),
];

export function unitTestStep(): Step {
  return nodeTestStep("unit tests", writeTestBatches(".cache/unit-tests", testFiles().unit), {
    concurrency: 2,
    timeoutMs: 600_000,
  });
}
