import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PROBLEM_CATALOGUE, Problem, type ProblemCode } from "@signalbox/base";
import { EXIT_CODE, exitCodeOf } from "./exit-code.ts";

test("docs/cli.md lists exactly these codes", () => {
  const page = readFileSync(new URL("../../../../docs/cli.md", import.meta.url), "utf8");
  const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  assert.deepEqual(listed, Object.values(EXIT_CODE));
});

test("every problem ends a command with a code of its own kind, never with success", () => {
  for (const code of Object.keys(PROBLEM_CATALOGUE) as ProblemCode[]) {
    assert.notEqual(exitCodeOf(new Problem(code, "x")), EXIT_CODE.ok, code);
  }
  assert.equal(exitCodeOf(new Problem("in_use", "x")), EXIT_CODE.conflict);
  assert.equal(exitCodeOf(new Problem("no_capacity", "x")), EXIT_CODE.failed);
  assert.equal(exitCodeOf(new TypeError("a fault")), EXIT_CODE.internal);
});
