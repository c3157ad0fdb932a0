import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { LoginThrottle } from "./login-throttle.ts";

test("a source is locked out after so many failures, and only it", async () => {
  const clock = new VirtualClock();
  const throttle = new LoginThrottle(clock, { maxFailures: 3, windowMs: 60_000 });
  for (let n = 0; n < 3; n++) {
    assert.equal(throttle.admit("10.0.0.1", `user-${n}`).isAdmitted, true);
    throttle.settle("10.0.0.1", `user-${n}`, false);
  }
  await clock.advance(20_000);
  assert.deepEqual(throttle.admit("10.0.0.1", "other"), {
    isAdmitted: false,
    retryAfterMs: 40_000,
  });
  assert.equal(throttle.admit("10.0.0.2", "user-0").isAdmitted, true);
  await clock.advance(40_000);
  assert.equal(throttle.admit("10.0.0.1", "other").isAdmitted, true);
});

test("attempts that are under way count, so that many at once do not slip through", () => {
  const throttle = new LoginThrottle(new VirtualClock(), { maxFailures: 2 });
  throttle.admit("10.0.0.1", "a");
  throttle.admit("10.0.0.1", "a");
  assert.equal(throttle.admit("10.0.0.1", "a").isAdmitted, false);
  throttle.settle("10.0.0.1", "a", undefined);
  assert.equal(throttle.admit("10.0.0.1", "a").isAdmitted, true);
});

test("one source has few attempts under way at a time, and is not locked out for more", () => {
  const throttle = new LoginThrottle(new VirtualClock());
  for (let n = 0; n < 4; n++) assert.equal(throttle.admit("10.0.0.1", "a").isAdmitted, true);
  assert.deepEqual(throttle.admit("10.0.0.1", "a"), { isAdmitted: false, retryAfterMs: 1000 });
  throttle.settle("10.0.0.1", "a", true);
  assert.equal(throttle.admit("10.0.0.1", "a").isAdmitted, true);
});

test("an account is delayed, more and more up to a limit, and never locked out", () => {
  const throttle = new LoginThrottle(new VirtualClock(), { maxDelayMs: 300 });
  const delays = Array.from({ length: 10 }, (_, n) => {
    const admission = throttle.admit(`10.0.0.${n}`, "alice");
    assert.ok(admission.isAdmitted);
    throttle.settle(`10.0.0.${n}`, "alice", false);
    return admission.delayMs;
  });
  assert.deepEqual(delays, [0, 0, 0, 0, 0, 0, 50, 100, 200, 300]);
  assert.deepEqual(throttle.admit("10.0.1.1", "bob"), { isAdmitted: true, delayMs: 0 });
  throttle.settle("10.0.1.1", "alice", true);
  assert.deepEqual(throttle.admit("10.0.1.2", "alice"), { isAdmitted: true, delayMs: 0 });
});

test("one right password does not clear what its source guessed elsewhere", () => {
  const throttle = new LoginThrottle(new VirtualClock(), { maxFailures: 2 });
  throttle.admit("10.0.0.1", "a");
  throttle.settle("10.0.0.1", "a", false);
  throttle.admit("10.0.0.1", "mine");
  throttle.settle("10.0.0.1", "mine", true);
  throttle.admit("10.0.0.1", "a");
  throttle.settle("10.0.0.1", "a", false);
  assert.equal(throttle.admit("10.0.0.1", "mine").isAdmitted, false);
});
