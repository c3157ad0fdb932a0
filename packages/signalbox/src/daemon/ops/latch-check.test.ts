import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { HealthRegistry } from "@signalbox/ops";
import { addLatch } from "./latch-check.ts";

test("a latch fails the probes that it is for, until it is done", async () => {
  const health = new HealthRegistry(new VirtualClock());
  const started = addLatch(health, "start", "the daemon starts", ["ready", "startup"]);
  const listening = addLatch(health, "rest", "the listener is not open yet");
  const errors = async (probe: "ready" | "startup"): Promise<readonly unknown[]> =>
    Array.from((await health.probe(probe)).checks.values(), ({ error }) => error);
  assert.deepEqual(await errors("ready"), ["the daemon starts", "the listener is not open yet"]);
  assert.deepEqual(await errors("startup"), ["the daemon starts"]);
  started.done();
  assert.deepEqual(await errors("startup"), [undefined]);
  assert.deepEqual(await errors("ready"), [undefined, "the listener is not open yet"]);
  listening.done();
  assert.equal((await health.probe("ready")).status, "healthy");
});
