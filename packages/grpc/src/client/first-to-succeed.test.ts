import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { firstToSucceed } from "./first-to-succeed.ts";

/** A race of tries that the test settles by hand. */
function race(count: number) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const tries = Array.from({ length: count }, () => Promise.withResolvers<string>());
  const signals: AbortSignal[] = [];
  const late: string[] = [];
  const result = firstToSucceed(
    tries.map(({ promise }) => (signal: AbortSignal) => {
      signals.push(signal);
      signal.addEventListener("abort", () => {});
      return promise;
    }),
    {
      clock,
      delayMs: 250,
      signal: controller.signal,
      discard: (value) => late.push(value),
    },
  );
  return { clock, controller, tries, signals, late, result };
}

test("each try has a head start", async () => {
  const { clock, tries, signals, late, result } = race(3);
  assert.equal(signals.length, 1);
  await clock.advance(249);
  assert.equal(signals.length, 1);
  await clock.advance(1);
  assert.equal(signals.length, 2);
  tries[1]?.resolve("second");
  assert.equal(await result, "second");
  assert.ok(signals.every(({ aborted }) => aborted));
  tries[0]?.resolve("first");
  await clock.advance(1_000);
  assert.deepEqual(late, ["first"]);
  assert.equal(signals.length, 2);
  assert.equal(clock.pending, 0);
});

test("a failure starts the next at once; the last error is told", async () => {
  const { clock, tries, signals, result } = race(2);
  tries[0]?.reject(new Error("first"));
  await clock.advance(0);
  assert.equal(signals.length, 2);
  tries[1]?.reject(new Error("second"));
  await assert.rejects(result, { message: "second" });
  assert.equal(clock.pending, 0);
});
