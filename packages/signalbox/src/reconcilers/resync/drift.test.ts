import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConditionReason, withCondition } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { observedServer } from "../server/observed-server.ts";
import {
  BOOTED,
  machine,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  START,
  START_MS,
} from "../testing/fixtures.ts";
import { type Drift, driftOf } from "./drift.ts";

const drift = (stored: Server, seen: MachineState | undefined): Drift =>
  driftOf(stored, seen, START_MS + 60_000, { createAttempts: 3 });

/** As a reconcile leaves a server whose machine runs. */
const calm = observedServer(server(SERVER_ID, { status: BOOTED }), machine(), 1, START_MS);
const off = observedServer(
  server(SERVER_ID, { status: BOOTED, power: { desired: "stopped" } }),
  machine({ power: "stopped" }),
  1,
  START_MS,
);
const withMetadata = (metadata: Partial<Server["metadata"]>): Server => ({
  ...calm,
  metadata: { ...calm.metadata, ...metadata },
});

const unavailable = (reason: ConditionReason, generation = 1): Server => ({
  ...calm,
  metadata: {
    ...calm.metadata,
    generation,
    conditions: withCondition(
      calm.metadata.conditions,
      { type: "Available", status: "False", reason, message: "", observedGeneration: 1 },
      START_MS,
    ),
  },
});
const FAILED = { targetImageId: OTHER_IMAGE_ID, state: "Failed", startedAt: START } as const;

describe("a server at rest", () => {
  it("has not drifted while it runs", () => assert.equal(drift(calm, machine()), "none"));

  it("has not drifted while it is off as asked", () =>
    assert.equal(drift(off, machine({ power: "stopped" })), "none"));
});

describe("a server whose machine has failed", () => {
  const failed = machine({ power: "failed" });
  const stopped = server(SERVER_ID, { status: BOOTED, power: { desired: "stopped" } });

  it("is stopped when that was asked for, and has not drifted", () => {
    const seen = observedServer(stopped, failed, 1, START_MS);
    assert.equal(seen.status.powerState, "Stopped");
    assert.equal(drift(seen, failed), "none");
  });
});

describe("a server has drifted", () => {
  const fault = { reason: "exited", message: "killed" } as const;
  const reboot = { id: "r1", mode: "hard" } as const;
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [when: string, stored: Server, seen: MachineState | undefined])[] = [
    ["its machine is gone",                calm, undefined],
    ["its machine died",                   calm, machine({ power: "stopped", fault })],
    ["its guest shut itself down",         calm, machine({ power: "stopped" })],
    ["its machine still boots",            calm, machine({ power: "building" })],
    ["its machine runs and should not",    off,  machine()],
    ["its machine is not well",            calm, machine({ fault })],
    ["its disk is of another image",       calm, machine({ imageId: OTHER_IMAGE_ID })],
    ["another image is wanted",            { ...calm, spec: { ...calm.spec, imageId: OTHER_IMAGE_ID } }, machine()],
    ["a reboot was not carried out",       { ...calm, power: { desired: "running", reboot } }, machine()],
    ["its status says something else",     { ...calm, status: { ...calm.status, powerState: "Building" } }, machine()],
    ["it has changed since",               withMetadata({ generation: 2 }), machine()],
    ["nothing has been said of it yet",    withMetadata({ conditions: [] }), machine()],
    ["it waits, and its machine died",     unavailable("NoCapacity"), machine({ power: "stopped", fault })],
    ["it waits, and has changed since",    unavailable("NoCapacity", 2), machine()],
  ];
  for (const [when, stored, seen] of rows) {
    it(`when ${when}`, () => assert.equal(drift(stored, seen), "drifted"));
  }
});

describe("a server is unsettled, to be looked at now and then", () => {
  const parked = observedServer(
    server(SERVER_ID, { status: { ...BOOTED, rebuild: FAILED } }),
    machine({ power: "failed", imageId: OTHER_IMAGE_ID }),
    1,
    START_MS,
  );
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [when: string, stored: Server, seen: MachineState | undefined])[] = [
    ["when it waits and has no machine", unavailable("NoCapacity"),           undefined],
    ["when its rebuild was given up",    parked,                              machine({ power: "failed", imageId: OTHER_IMAGE_ID })],
    ["when its creation was given up",   unavailable("CreateRetriesExhausted"), machine()],
    ["when it is being deleted",         withMetadata({ deletedAt: START }),  machine()],
  ];
  for (const [when, stored, seen] of rows) {
    it(when, () => assert.equal(drift(stored, seen), "unsettled"));
  }
});
