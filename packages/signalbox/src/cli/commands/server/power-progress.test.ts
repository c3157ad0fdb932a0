import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiResource } from "../../resources/api-resource.ts";
import { powerProgress } from "./power-progress.ts";

function server(status: Readonly<Record<string, string>>): ApiResource {
  return {
    metadata: { id: "1", name: "first", provisioningStatus: "provisioned" },
    spec: {},
    status,
  };
}

test("a server is there in the power state that was asked for, and waits in others", () => {
  const running = server({ desiredPower: "running", powerState: "Running" });
  const building = server({ desiredPower: "running", powerState: "Building" });
  assert.equal(powerProgress(running, "Running").state, "settled");
  assert.equal(powerProgress(building, "Running").state, "waiting");
});

test("a reboot that has not been begun is waited for", () => {
  const status = { desiredPower: "running", powerState: "Running", pendingReboot: "soft" };
  assert.equal(powerProgress(server(status), "Running").state, "waiting");
});

test("what somebody else took another way fails: it would be waited for in vain", () => {
  const stopped = server({ desiredPower: "stopped", powerState: "Running" });
  const started = server({ desiredPower: "running", powerState: "Stopped" });
  assert.deepEqual(powerProgress(stopped, "Running"), {
    state: "failed",
    text: "it was stopped meanwhile",
  });
  assert.deepEqual(powerProgress(started, "Stopped"), {
    state: "failed",
    text: "it was started meanwhile",
  });
});
