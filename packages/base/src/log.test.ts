import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "./log.ts";
import { Problem } from "./problem.ts";

function capture(): { lines: Record<string, unknown>[]; write(line: string): void } {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
}

test("a line has a level, a time, its fields, and no secret", () => {
  const destination = capture();
  const log = createLog({ destination }).child({ part: "store", apiToken: "abc" });
  log.info({ headers: { authorization: "Bearer abc" }, path: "/" }, "request");
  const [line] = destination.lines;
  assert.equal(line?.["level"], "info");
  assert.equal(line["msg"], "request");
  assert.equal(line["part"], "store");
  assert.ok(!Number.isNaN(Date.parse(String(line["time"]))));
  assert.ok(!JSON.stringify(line).includes("abc"));
});

test("an error is written with its cause", () => {
  const destination = capture();
  const error = new Problem("internal", "outside", { cause: new Error("inside") });
  createLog({ destination }).error({ err: error }, "failed");
  assert.match(JSON.stringify(destination.lines[0]), /inside/);
});
