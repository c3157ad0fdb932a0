import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { TraceOrigins } from "./trace-origins.ts";

const contextOf = (n: number) => ({
  traceId: n.toString(16).padStart(32, "0"),
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
});

test("the last trace that asked for a change is remembered, for a while", async () => {
  const clock = new VirtualClock();
  const origins = new TraceOrigins(clock);
  origins.note("server", "a", contextOf(1));
  origins.note("server", "a", contextOf(2));
  origins.note("network", "a", contextOf(3));
  assert.deepEqual(origins.find("server", "a"), contextOf(2));
  assert.deepEqual(origins.find("network", "a"), contextOf(3));
  assert.equal(origins.find("server", "b"), undefined);
  await clock.advance(600_000);
  assert.equal(origins.find("server", "a"), undefined);
});

test("memory does not grow with the number of resources", () => {
  const origins = new TraceOrigins(new VirtualClock());
  origins.note("server", "old", contextOf(1));
  origins.note("server", "kept", contextOf(2));
  for (let n = 0; n < 9_999; n++) {
    if (n === 5_000) origins.note("server", "kept", contextOf(3));
    origins.note("server", `${n}`, contextOf(n));
  }
  assert.equal(origins.find("server", "old"), undefined);
  assert.deepEqual(origins.find("server", "kept"), contextOf(3));
});
