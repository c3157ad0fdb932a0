import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { Alarm } from "./alarm.ts";

const DAY_MS = 24 * 3_600_000;

function useAlarm() {
  const clock = new VirtualClock(0);
  const rung: string[] = [];
  const alarm = new Alarm(clock);
  const set = (time: number, name: string): void => alarm.setAt(time, () => rung.push(name));
  return { clock, alarm, rung, set };
}

test("rings once, at a time that is further off than timers reach", async () => {
  const { clock, rung, set } = useAlarm();
  set(400 * DAY_MS, "far");
  await clock.advance(400 * DAY_MS - 1);
  assert.deepEqual(rung, []);
  await clock.advance(1);
  await clock.advance(400 * DAY_MS);
  assert.deepEqual(rung, ["far"]);
});

test("is set to one time alone", async () => {
  const { clock, alarm, rung, set } = useAlarm();
  set(1_000, "first");
  set(2_000, "second");
  await clock.advance(3_000);
  assert.deepEqual(rung, ["second"]);
  set(4_000, "third");
  alarm.cancel();
  await clock.advance(DAY_MS);
  assert.deepEqual(rung, ["second"]);
});

test("a time that has been rings soon, and not at once", async () => {
  const { clock, rung, set } = useAlarm();
  await clock.advance(5_000);
  set(1_000, "past");
  assert.deepEqual(rung, []);
  await clock.advance(0);
  assert.deepEqual(rung, ["past"]);
});
