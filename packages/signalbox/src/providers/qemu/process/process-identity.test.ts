import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { systemClock } from "@signalbox/base";
import { identifyProcess, isAlive, sendSignal, waitUntilGone } from "./process-identity.ts";

test("a process is known until it ends, and then never signalled", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const identity = identifyProcess(child.pid ?? 0);
  assert.ok(identity !== undefined && isAlive(identity));
  const gone = once(child, "exit");
  assert.equal(sendSignal(identity, "SIGKILL"), true);
  assert.equal(await waitUntilGone(identity, { clock: systemClock, timeoutMs: 60_000 }), true);
  await gone;
  assert.equal(sendSignal(identity, "SIGKILL"), false);
});

test("the same number with another start time, or of another boot, is another process", () => {
  const self = identifyProcess(process.pid);
  assert.ok(self !== undefined && isAlive(self));
  assert.equal(isAlive({ ...self, startTicks: self.startTicks - 1 }), false);
  assert.equal(isAlive({ ...self, bootId: "another" }), false);
  assert.equal(sendSignal({ ...self, startTicks: self.startTicks - 1 }, "SIGKILL"), false);
});

test("numbers that are no process of ours identify nothing", () => {
  for (const pid of [0, 1, -1, Number.NaN, 2 ** 31]) assert.equal(identifyProcess(pid), undefined);
});

test("waiting ends at its limit", async () => {
  const self = identifyProcess(process.pid);
  assert.ok(self !== undefined);
  assert.equal(await waitUntilGone(self, { clock: systemClock, timeoutMs: 0 }), false);
});
