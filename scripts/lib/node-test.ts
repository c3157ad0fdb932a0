import { resolve } from "node:path";
import type { Step } from "./run-step.ts";

/** Each test file is a process of its own: what one stripped and compiled, the others need not. */
const COMPILED = resolve(import.meta.dirname, "../../.cache/compiled");

export interface NodeTestOptions {
  readonly concurrency: number;
  /** For one test, not for its file, in milliseconds: it only says that something hangs. */
  readonly timeoutMs: number;
  readonly coverage?: boolean;
}

/** A step that runs test files on Node's own runner, in random order, against the sources. */
export function nodeTestStep(
  name: string,
  files: readonly string[],
  options: NodeTestOptions,
): Step {
  return {
    name,
    command: process.execPath,
    args: [
      "--conditions=source",
      "--test",
      "--test-randomize",
      `--test-concurrency=${options.concurrency}`,
      `--test-timeout=${options.timeoutMs}`,
      "--test-reporter=./scripts/lib/brief-reporter.ts",
      "--test-reporter-destination=stdout",
      ...files,
    ],
    env: { NODE_COMPILE_CACHE: COMPILED },
  };
}
