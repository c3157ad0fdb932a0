import assert from "node:assert/strict";
import { test } from "node:test";
import { CANCELLED, Problem, VirtualClock } from "@signalbox/base";
import { FailureLimiter } from "./failure-limiter.ts";

const never = new AbortController().signal;

async function delayOf(limiter: FailureLimiter, clock: VirtualClock, address: string) {
  const before = clock.now();
  let tookMs: number | undefined;
  const failed = limiter.failed(address, never).then(() => {
    tookMs = clock.now() - before;
  });
  await clock.advance(3000);
  await failed;
  return tookMs;
}

test("five failures are free, then each takes twice as long, up to 2 s", async () => {
  const clock = new VirtualClock();
  const limiter = new FailureLimiter(clock);
  const delays = [];
  for (let index = 0; index < 12; index++) delays.push(await delayOf(limiter, clock, "192.0.2.1"));
  assert.deepEqual(delays, [0, 0, 0, 0, 0, 100, 200, 400, 800, 1600, 2000, 2000]);
  assert.equal(await delayOf(limiter, clock, "192.0.2.2"), 0, "another address");
});

test("an address that was quiet for a minute starts afresh", async () => {
  const clock = new VirtualClock();
  const limiter = new FailureLimiter(clock);
  for (let index = 0; index < 8; index++) await delayOf(limiter, clock, "a");
  await clock.advance(60_000);
  assert.equal(await delayOf(limiter, clock, "a"), 0);
});

test("answers held back are bounded: beyond 64 the answer is 429 at once", async () => {
  const clock = new VirtualClock();
  const limiter = new FailureLimiter(clock);
  for (let index = 0; index < 5; index++) await limiter.failed("a", never);
  const held = Array.from({ length: 64 }, () => limiter.failed("a", never));
  await assert.rejects(limiter.failed("a", never), (error) =>
    Problem.is(error, "too_many_requests"),
  );
  await clock.advance(2000);
  await Promise.all(held);
  assert.equal(clock.pending, 0);
});

test("a caller that goes away is not waited for", async () => {
  const clock = new VirtualClock();
  const limiter = new FailureLimiter(clock);
  for (let index = 0; index < 6; index++) await delayOf(limiter, clock, "a");
  const gone = new AbortController();
  const failed = limiter.failed("a", gone.signal);
  gone.abort(CANCELLED);
  await assert.rejects(failed, { name: "AbortError" });
  assert.equal(clock.pending, 0);
});
