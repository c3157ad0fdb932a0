import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { START, START_MS } from "../testing/fixtures.ts";
import { countRestart, isForgotten, restartDelayMs, STABLE_AFTER_MS } from "./restart-backoff.ts";

const after = (count: number) => ({ count, lastAt: START });

describe("the wait before a restart", () => {
  it("is none for the first one", () => assert.equal(restartDelayMs(undefined, START_MS), 0));

  for (const [count, delayMs] of [
    [1, 10_000],
    [2, 20_000],
    [3, 40_000],
    [5, 160_000],
    [6, 300_000],
    [7, 300_000],
    [5_000, 300_000],
  ] as const) {
    it(`is ${delayMs} ms after ${count}`, () =>
      assert.equal(restartDelayMs(after(count), START_MS), delayMs));
  }

  it("counts from the last restart", () => {
    assert.equal(restartDelayMs(after(2), START_MS + 15_000), 5_000);
    assert.equal(restartDelayMs(after(2), START_MS + 20_000), 0);
    assert.equal(restartDelayMs(after(2), START_MS + 60_000), 0);
  });
});

describe("the count of restarts", () => {
  it("begins with 1 and says when", () =>
    assert.deepEqual(countRestart(undefined, START_MS), after(1)));

  it("goes on until the machine has stayed up, then begins anew", () => {
    const justBefore = START_MS + STABLE_AFTER_MS - 1;
    assert.equal(isForgotten(after(4), justBefore), false);
    assert.equal(countRestart(after(4), justBefore).count, 5);
    const stable = START_MS + STABLE_AFTER_MS;
    assert.equal(isForgotten(after(4), stable), true);
    assert.deepEqual(countRestart(after(4), stable), {
      count: 1,
      lastAt: new Date(stable).toISOString(),
    });
  });
});
