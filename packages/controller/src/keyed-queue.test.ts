import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@signalbox/base";
import { resolveBackoff } from "./backoff.ts";
import { KeyedQueue } from "./keyed-queue.ts";

const BACKOFF = resolveBackoff({ baseMs: 100, maxMs: 10_000, jitter: 0, minGapMs: 1_000 });

const createQueue = (): KeyedQueue => new KeyedQueue(BACKOFF, seededRandom(1));

/** Takes what is ready now, in order. */
function takeAll(queue: KeyedQueue, nowMs: number): string[] {
  const keys: string[] = [];
  for (let lease = queue.take(nowMs); lease !== undefined; lease = queue.take(nowMs)) {
    keys.push(lease.key);
  }
  return keys;
}

describe("KeyedQueue", () => {
  it("serves keys in the order in which they became ready, each once", () => {
    const queue = createQueue();
    for (const key of ["b", "a", "b", "c", "a"]) queue.add(key, 0);
    assert.deepEqual(takeAll(queue, 0), ["b", "a", "c"]);
  });

  it("tells how long a key waited for a worker", () => {
    const queue = createQueue();
    queue.add("a", 10);
    queue.add("a", 20);
    assert.deepEqual(queue.take(50), { key: "a", attempt: 1, waitedMs: 40 });
  });

  it("forgets a key at rest", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    assert.equal(queue.finish("a", { type: "done" }, 1), undefined);
    assert.deepEqual(queue.depth, { ready: 0, delayed: 0, running: 0 });
    assert.equal(queue.nextDueMs, undefined);
  });

  it("holds what arrives while a key is worked on and runs it once more", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    queue.add("a", 1);
    queue.add("a", 2);
    assert.deepEqual(takeAll(queue, 3), []);
    assert.equal(queue.finish("a", { type: "done" }, 3), 0);
    assert.deepEqual(takeAll(queue, 3), ["a"]);
    assert.equal(queue.finish("a", { type: "done" }, 4), undefined);
  });

  it("sends a key that runs again behind those that wait", () => {
    const queue = createQueue();
    queue.add("busy", 0);
    queue.take(0);
    queue.add("busy", 0);
    queue.add("patient", 0);
    queue.finish("busy", { type: "done" }, 0);
    assert.deepEqual(takeAll(queue, 0), ["patient", "busy"]);
  });

  for (const type of ["again", "yielded"] as const) {
    it(`looks ${type} after the delay asked for`, () => {
      const queue = createQueue();
      queue.add("a", 0);
      queue.take(0);
      assert.equal(queue.finish("a", { type, afterMs: 500 }, 100), 500);
      assert.equal(queue.nextDueMs, 600);
      assert.deepEqual(takeAll(queue, 599), []);
      assert.deepEqual(queue.take(650), { key: "a", attempt: 1, waitedMs: 50 });
    });

    it(`runs at once on an event, although it was to look ${type} later`, () => {
      const queue = createQueue();
      queue.add("a", 0);
      queue.take(0);
      queue.finish("a", { type, afterMs: 500 }, 0);
      queue.add("a", 10);
      assert.deepEqual(takeAll(queue, 10), ["a"]);
      assert.equal(queue.nextDueMs, undefined);
    });

    it(`runs at once when an event was held, although it was to look ${type} later`, () => {
      const queue = createQueue();
      queue.add("a", 0);
      queue.take(0);
      queue.add("a", 1);
      assert.equal(queue.finish("a", { type, afterMs: 500 }, 2), 0);
      assert.deepEqual(takeAll(queue, 2), ["a"]);
    });
  }

  it("backs off after failures in a row and counts them", () => {
    const queue = createQueue();
    queue.add("a", 0);
    let nowMs = 0;
    const delays: (number | undefined)[] = [];
    for (let attempt = 1; attempt <= 9; attempt++) {
      assert.equal(queue.take(nowMs)?.attempt, attempt);
      const delayMs = queue.finish("a", { type: "failed" }, nowMs);
      delays.push(delayMs);
      nowMs += delayMs ?? 0;
    }
    assert.deepEqual(delays, [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it("starts afresh once a key succeeded, and not when it only yielded", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    queue.finish("a", { type: "failed" }, 0);
    assert.equal(queue.take(100)?.attempt, 2);
    queue.finish("a", { type: "yielded", afterMs: 0 }, 100);
    assert.equal(queue.take(100)?.attempt, 2);
    queue.finish("a", { type: "again", afterMs: 0 }, 100);
    assert.equal(queue.take(100)?.attempt, 1);
  });

  it("waits as long as the failure asked for when that is longer", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    assert.equal(queue.finish("a", { type: "failed", retryAfterMs: 7_000 }, 0), 7_000);
    queue.take(7_000);
    assert.equal(queue.finish("a", { type: "failed", retryAfterMs: 1 }, 7_000), 200);
  });

  it("lets an event shorten a long backoff, but to no less than the gap", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    queue.finish("a", { type: "failed", retryAfterMs: 60_000 }, 0);
    queue.add("a", 5);
    queue.add("a", 6);
    assert.equal(queue.nextDueMs, 1_000);
    assert.deepEqual(takeAll(queue, 999), []);
    assert.deepEqual(takeAll(queue, 1_000), ["a"]);
  });

  it("runs at once on an event that comes later than the gap", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    queue.finish("a", { type: "failed", retryAfterMs: 60_000 }, 0);
    queue.add("a", 30_000);
    assert.deepEqual(takeAll(queue, 30_000), ["a"]);
  });

  it("keeps the gap when an event was held by a run that failed", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    queue.add("a", 1);
    assert.equal(queue.finish("a", { type: "failed", retryAfterMs: 60_000 }, 2), 1_000);
  });

  it("reads a delay that is no number as none, and looks again within a day", () => {
    const queue = createQueue();
    queue.add("a", 0);
    queue.take(0);
    assert.equal(queue.finish("a", { type: "again", afterMs: Number.NaN }, 0), 0);
    queue.take(0);
    assert.equal(
      queue.finish("a", { type: "again", afterMs: Number.POSITIVE_INFINITY }, 0),
      86_400_000,
    );
  });

  it("refuses a key that no worker holds", () => {
    const queue = createQueue();
    assert.throws(() => queue.finish("a", { type: "done" }, 0), /no worker holds the key a/);
    queue.add("a", 0);
    assert.throws(() => queue.finish("a", { type: "done" }, 0), /no worker holds/);
  });
});
