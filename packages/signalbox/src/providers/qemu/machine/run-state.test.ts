import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRunState, runStateAfter } from "./run-state.ts";

const event = (name: string, data: Record<string, unknown> = {}) => ({ name, data });

test("a full disk pauses the guest until it is told to go on", () => {
  const paused = runStateAfter("running", event("BLOCK_IO_ERROR", { action: "stop" }));
  assert.equal(paused, "disk_full");
  assert.equal(runStateAfter(paused, event("STOP")), "disk_full");
  assert.equal(runStateAfter(paused, event("RESUME")), "running");
});

test("a fault that is reported to the guest pauses nothing", () => {
  const reported = event("BLOCK_IO_ERROR", { action: "report" });
  assert.equal(runStateAfter("running", reported), "running");
});

test("a damaged disk stays damaged", () => {
  const damaged = runStateAfter("running", event("BLOCK_IMAGE_CORRUPTED", { fatal: true }));
  assert.equal(damaged, "disk_corrupt");
  assert.equal(runStateAfter(damaged, event("RESUME")), "disk_corrupt");
  const repairable = event("BLOCK_IMAGE_CORRUPTED", { fatal: false });
  assert.equal(runStateAfter("running", repairable), "running");
});

test("what QEMU says of itself", () => {
  assert.equal(parseRunState({ status: "io-error" }), "disk_full");
  assert.equal(parseRunState({ status: "internal-error" }), "broken");
  assert.equal(parseRunState({ status: "paused" }), "paused");
  for (const odd of [{ status: "running" }, {}, null, undefined, 7]) {
    assert.equal(parseRunState(odd), "running");
  }
});
