import assert from "node:assert/strict";
import { it } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { Schedule } from "./schedule.ts";

it("calls back for each key at its time, with one timer for all", async () => {
  const clock = new VirtualClock();
  const startMs = clock.now();
  const fired: [string, number][] = [];
  const schedule = new Schedule(clock, (key) => fired.push([key, clock.now() - startMs]));
  schedule.set("c", startMs + 300);
  schedule.set("a", startMs + 100);
  schedule.set("b", startMs + 200);
  schedule.set("moved", startMs + 100);
  schedule.set("moved", startMs + 250);
  schedule.set("dropped", startMs + 50);
  schedule.set("dropped", undefined);
  schedule.set("past", startMs - 5_000);
  assert.equal(clock.pending, 1);
  await clock.advance(1_000);
  assert.deepEqual(fired, [
    ["past", 0],
    ["a", 100],
    ["b", 200],
    ["moved", 250],
    ["c", 300],
  ]);
  assert.equal(clock.pending, 0);
});

it("waits for a time that no timer can hold", async () => {
  const clock = new VirtualClock();
  const fired: string[] = [];
  const schedule = new Schedule(clock, (key) => fired.push(key));
  const dayMs = 24 * 3_600_000;
  schedule.set("far", clock.now() + 60 * dayMs);
  await clock.advance(59 * dayMs);
  assert.deepEqual(fired, []);
  await clock.advance(dayMs);
  assert.deepEqual(fired, ["far"]);
  schedule.set("never", clock.now() + dayMs);
  schedule.close();
  assert.equal(clock.pending, 0);
});
