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

test("a change of the level holds for children that are there already", () => {
  const destination = capture();
  const log = createLog({ destination });
  const child = log.child({ part: "store" }).child({ key: "a" });
  child.debug("too quiet");
  assert.equal(child.isLevelEnabled("debug"), false);
  log.level = "debug";
  child.debug({ n: 1 }, "loud enough");
  assert.equal(child.isLevelEnabled("debug"), true);
  child.level = "error";
  log.warn("too quiet again");
  log.level = "silent";
  child.fatal("never");
  assert.deepEqual(
    destination.lines.map(({ msg, part, key, n }) => [msg, part, key, n]),
    [["loud enough", "store", "a", 1]],
  );
});
