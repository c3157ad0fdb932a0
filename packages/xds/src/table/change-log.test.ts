import assert from "node:assert/strict";
import { test } from "node:test";
import { ChangeLog } from "./change-log.ts";

test("names since a commit, each once", () => {
  const log = new ChangeLog();
  assert.deepEqual(log.since(0), []);
  log.append(["a"]);
  log.append([]);
  log.append(["b", "a"]);
  assert.equal(log.sequence, 3);
  assert.deepEqual(log.since(0), ["a", "b"]);
  assert.deepEqual(log.since(1), ["b", "a"]);
  assert.deepEqual(log.since(3), []);
  assert.equal(log.since(4), undefined);
});

test("a log forgets its oldest commits when it holds too many of them", () => {
  const log = new ChangeLog({ maxCommits: 4 });
  for (let i = 1; i <= 5; i++) log.append([`n${i}`]);
  assert.equal(log.sequence, 5);
  assert.equal(log.since(2), undefined);
  assert.deepEqual(log.since(3), ["n4", "n5"]);
});

test("... or too many names; the newest commit stays, however large", () => {
  const log = new ChangeLog({ maxNames: 10 });
  log.append(["old"]);
  const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
  log.append(names);
  assert.equal(log.since(0), undefined);
  assert.deepEqual(log.since(1), names);
  log.append(["next"]);
  assert.equal(log.since(1), undefined);
  assert.deepEqual(log.since(2), ["next"]);
});
