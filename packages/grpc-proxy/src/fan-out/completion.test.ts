import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, type Completion, isComplete } from "./completion.ts";

const first = (count: number): Completion => ({ type: "first", count });
const QUORUM: Completion = { type: "quorum" };

// biome-ignore format: a table
const ROWS: readonly (readonly [completion: Completion, nodes: number, succeeded: number, failed: number, done: boolean])[] = [
  [ALL, 3, 2, 0, false],
  [ALL, 3, 2, 1, true],
  [ALL, 3, 0, 3, true],
  [first(1), 3, 0, 2, false],
  [first(1), 3, 1, 0, true],
  [first(5), 3, 2, 0, false],
  [first(5), 3, 3, 0, true],
  [QUORUM, 3, 1, 1, false],
  [QUORUM, 3, 2, 0, true],
  [QUORUM, 4, 2, 0, false],
  [QUORUM, 4, 3, 0, true],
  [QUORUM, 3, 0, 2, false],
  [QUORUM, 1, 1, 0, true],
];

for (const [completion, nodes, succeeded, failed, done] of ROWS) {
  test(`${JSON.stringify(completion)}: ${succeeded} good and ${failed} bad of ${nodes}`, () =>
    assert.equal(isComplete(completion, { nodes, succeeded, failed }), done));
}
