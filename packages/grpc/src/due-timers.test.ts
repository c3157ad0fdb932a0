import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { DueTimers } from "./due-timers.ts";

function scene(): { clock: VirtualClock; timers: DueTimers; fired: string[]; add: Add } {
  const clock = new VirtualClock();
  const timers = new DueTimers(clock);
  const fired: string[] = [];
  const add: Add = (name, ms) => timers.add({ onDue: () => fired.push(name) }, ms);
  return { clock, timers, fired, add };
}
type Add = (name: string, ms: number) => ReturnType<DueTimers["add"]>;

test("each fires in its time, behind one timer of the clock", async () => {
  const { clock, timers, fired, add } = scene();
  for (const [name, ms] of [
    ["c", 30],
    ["a", 10],
    ["b", 20],
  ] as const)
    add(name, ms);
  assert.equal(clock.pending, 1);
  await clock.advance(10);
  assert.deepEqual(fired, ["a"]);
  await clock.advance(20);
  assert.deepEqual(fired, ["a", "b", "c"]);
  assert.deepEqual([timers.size, clock.pending], [0, 0]);
});

test("what is removed never fires", async () => {
  const { clock, timers, fired, add } = scene();
  const first = add("a", 10);
  add("b", 20);
  timers.remove(first);
  await clock.advance(100);
  assert.deepEqual(fired, ["b"]);
});

test("a fraction of a millisecond, and more than a timer can wait", async () => {
  const { clock, fired, add } = scene();
  add("soon", 0.001);
  add("late", 2 ** 33);
  await clock.advance(1);
  assert.deepEqual(fired, ["soon"]);
  await clock.advance(2 ** 33);
  assert.deepEqual(fired, ["soon", "late"]);
});

test("close drops everything", async () => {
  const { clock, timers, fired, add } = scene();
  add("a", 10);
  timers.close();
  assert.deepEqual([timers.size, clock.pending], [0, 0]);
  await clock.advance(100);
  assert.deepEqual(fired, []);
});
