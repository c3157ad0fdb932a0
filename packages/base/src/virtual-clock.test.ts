import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { VirtualClock } from "./virtual-clock.ts";

test("timers fire in the order of their times, equal ones in the order of their setting", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 50 }), async (delays) => {
      const clock = new VirtualClock();
      const fired: number[] = [];
      delays.forEach((ms, index) => clock.after(ms, () => fired.push(index)));
      await clock.advance(1000);
      const expected = delays.map((ms, index) => ({ ms, index })).sort((a, b) => a.ms - b.ms);
      assert.deepEqual(
        fired,
        expected.map(({ index }) => index),
      );
      assert.equal(clock.pending, 0);
    }),
    { seed: 1, numRuns: 50 },
  );
});

test("a timer that a timer set fires in the same advance when it falls due", async () => {
  const clock = new VirtualClock(0);
  const times: number[] = [];
  const tick = (): void => {
    times.push(clock.now());
    if (times.length < 3) clock.after(10, tick);
  };
  clock.after(10, tick);
  await clock.advance(30);
  assert.deepEqual(times, [10, 20, 30]);
});

test("what a sleeper does when it wakes happens before the next timer", async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  const sleeper = (async () => {
    await clock.sleep(5);
    seen.push(`first at ${clock.now()}`);
    await clock.sleep(5);
    seen.push(`second at ${clock.now()}`);
  })();
  await clock.advance(10);
  await sleeper;
  assert.deepEqual(seen, ["first at 5", "second at 10"]);
});

test("a sleep ends with the signal's reason and leaves no timer", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, { signal: controller.signal });
  controller.abort(new Error("stop"));
  await assert.rejects(sleeping, /stop/);
  assert.equal(clock.pending, 0);
  await assert.rejects(clock.sleep(1, { signal: controller.signal }), /stop/);
});

test("a cancelled timer does not fire", async () => {
  const clock = new VirtualClock();
  const cancel = clock.after(1, () => assert.fail("fired"));
  cancel();
  await clock.advance(10);
});
