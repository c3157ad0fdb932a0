import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { createConcurrencyLimit } from "./concurrency-limit.ts";
import { createRateLimiter } from "./rate-limiter.ts";

test("a bucket gives its burst at once and its rate in the long run", async () => {
  const clock = new VirtualClock();
  const limiter = createRateLimiter(clock, { perSecond: 10, burst: 5 }, 10);
  let granted = 0;
  for (let tick = 0; tick < 1000; tick++) {
    if (limiter.take("a") === 0) granted += 1;
    await clock.advance(10);
  }
  assert.equal(granted, 5 + 10 * 10 - 1);
});

test("the wait that is named is enough", async () => {
  const clock = new VirtualClock();
  const limiter = createRateLimiter(clock, { perSecond: 3, burst: 1 }, 10);
  assert.equal(limiter.take("a"), 0);
  await clock.advance(limiter.take("a"));
  assert.equal(limiter.take("a"), 0);
});

test("only so many keys are remembered, the quiet ones go first", () => {
  const limiter = createRateLimiter(new VirtualClock(), { perSecond: 1, burst: 1 }, 2);
  limiter.take("a");
  limiter.take("b");
  limiter.take("a");
  limiter.take("c");
  assert.equal(limiter.size, 2);
  assert.ok(limiter.take("a") > 0, "a was used after b");
  assert.equal(limiter.take("b"), 0, "b was forgotten");
});

test("concurrency is counted by key and forgotten at zero", () => {
  const limit = createConcurrencyLimit(2);
  assert.deepEqual(
    [limit.acquire("a"), limit.acquire("a"), limit.acquire("a")],
    [true, true, false],
  );
  assert.equal(limit.acquire("b"), true);
  assert.equal(limit.total, 3);
  limit.release("a");
  assert.equal(limit.acquire("a"), true);
  for (const key of ["a", "a", "b", "unknown"]) limit.release(key);
  assert.equal(limit.total, 0);
});
