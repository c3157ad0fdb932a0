import { nodeTestStep } from "./node-test.ts";
import { runLanes, runSteps, type Step } from "./run-step.ts";
import { writeTestBatches } from "./test-batches.ts";
import { testFiles } from "./test-files.ts";

const bin = (name: string): string => `node_modules/.bin/${name}`;
const script = (name: string, path: string, ...args: string[]): Step => ({
  name,
  command: process.execPath,
  args: ["--conditions=source", path, ...args],
});

/**
 * Judges what can be judged without running the program, in a quarter of a minute. Lint and types
 * take most of it, so each has a lane.
 *
 * @returns the exit code of the first step that failed
 */
export async function runStaticSteps(): Promise<number> {
  // Types of generated code are looked at by both lanes.
  const made = await runSteps([script("protobuf code", "scripts/generate-protos.ts")]);
  return made !== 0 ? made : runLanes([lint, typesAndTheRest]);
}

const lint: readonly Step[] = [
  { name: "lint", command: bin("oxlint"), args: ["--type-aware", "--deny-warnings"] },
];

const typesAndTheRest: readonly Step[] = [
  { name: "format", command: bin("biome"), args: ["format", "."] },
  script("layers", "scripts/check-layers.ts"),
  script("sizes", "scripts/check-sizes.ts"),
  script("configuration reference", "scripts/generate-config-reference.ts", "--check"),
  script("metric reference", "scripts/generate-metric-reference.ts", "--check"),
  script("dashboard", "scripts/generate-dashboard.ts", "--check"),
  // Each checker would read the types that files share anew: several take twice the time of one.
  { name: "types", command: bin("tsc"), args: ["-b", "--checkers", "1"] },
];

export function unitTestStep(): Step {
  return nodeTestStep("unit tests", writeTestBatches(".cache/unit-tests", testFiles().unit), {
    concurrency: 2,
    timeoutMs: 600_000,
  });
}
