import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PowerState, ServerStatus } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import {
  BOOTED,
  IMAGE_ID,
  machine,
  newMachine,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  type ServerFields,
  START,
  START_MS,
} from "../testing/fixtures.ts";
import { STABLE_AFTER_MS } from "./restart-backoff.ts";
import { statusFromMachine } from "./status-from-machine.ts";

const LATER_MS = START_MS + 60_000;
const LATER = new Date(LATER_MS).toISOString();
const EXITED = { reason: "exited", message: "killed" } as const;
const allocation = { privateIP: "10.0.0.130", macAddress: "52:54:00:00:00:01" };

const after = (fields: ServerFields, seen: MachineState, nowMs = LATER_MS): ServerStatus =>
  statusFromMachine(server(SERVER_ID, fields), seen, nowMs);

describe("the power state", () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [seen: MachineState, expected: PowerState])[] = [
    [newMachine({ power: "queued" }),                        "Queued"],
    [machine({ power: "building" }),                         "Building"],
    [machine(),                                              "Running"],
    [machine({ power: "stopping" }),                         "Stopping"],
    [machine({ power: "stopped" }),                          "Stopped"],
    [machine({ power: "stopped", fault: EXITED }),           "Stopped"],
    [machine({ power: "failed", fault: EXITED }),            "Stopped"],
    [machine({ task: "rebuild" }),                           "Building"],
    [machine({ power: "stopped", task: "rebuild" }),         "Building"],
    [machine({ task: "snapshot" }),                          "Running"],
  ];
  for (const [seen, expected] of rows) {
    const { power, task, fault } = seen;
    it(`is ${expected} for ${[power, task, fault?.reason].filter(Boolean).join(", ")}`, () =>
      assert.equal(after({ status: { powerState: "Pending" } }, seen).powerState, expected));
  }

  it("stays what it was when the machine failed", () => {
    const fault = { reason: "boot_timeout", message: "no login prompt" } as const;
    const status = after(
      { status: { powerState: "Building" } },
      newMachine({ power: "failed", fault }),
    );
    assert.equal(status.powerState, "Building");
  });
});

describe("addresses", () => {
  it("begin with the private one; the MAC address comes when the machine runs, and stays", () => {
    const building = after({ allocation }, newMachine());
    assert.equal(building.privateIP, allocation.privateIP);
    assert.equal(building.macAddress, undefined);
    const running = after({ allocation, status: building }, machine());
    assert.equal(running.macAddress, allocation.macAddress);
    const off = after({ allocation, status: running }, machine({ power: "stopped" }));
    assert.equal(off.macAddress, allocation.macAddress);
  });
});

describe("the times", () => {
  it("are not there while the machine is queued", () => {
    const { scheduledAt, launchedAt, provisionedAt } = after({}, newMachine({ power: "queued" }));
    assert.deepEqual([scheduledAt, launchedAt, provisionedAt], [undefined, undefined, undefined]);
  });

  it("are noted when first known: the launch as the provider saw it", () => {
    assert.equal(after({}, newMachine()).scheduledAt, LATER);
    const { scheduledAt, launchedAt, provisionedAt } = after({}, machine());
    assert.deepEqual([scheduledAt, launchedAt, provisionedAt], [LATER, START, LATER]);
  });

  it("never change", () => {
    const seen = machine({ launchedAtMs: LATER_MS });
    const { scheduledAt, launchedAt, provisionedAt } = after({ status: BOOTED }, seen);
    assert.deepEqual([scheduledAt, launchedAt, provisionedAt], [START, START, START]);
  });
});

describe("the image", () => {
  it("is the disk's, but not while that is replaced or unknown", () => {
    const status = { ...BOOTED, imageId: IMAGE_ID };
    const other = machine({ imageId: OTHER_IMAGE_ID });
    assert.equal(after({ status }, other).imageId, OTHER_IMAGE_ID);
    assert.equal(after({ status }, { ...other, task: "rebuild" }).imageId, IMAGE_ID);
    assert.equal(after({ status }, { power: "running", notices: [] }).imageId, IMAGE_ID);
  });
});

describe("what has been", () => {
  it("is why the machine ended, and how often it was restarted, until it has stayed up", () => {
    const died = after({ status: BOOTED }, machine({ power: "stopped", fault: EXITED }));
    assert.equal(died.exitReason, "killed");
    const restarts = { count: 1, lastAt: START };
    const early = after({ status: { ...died, restarts } }, machine());
    assert.deepEqual([early.exitReason, early.restarts], ["killed", restarts]);
    const stable = after({ status: early }, machine(), START_MS + STABLE_AFTER_MS);
    assert.deepEqual([stable.exitReason, stable.restarts], [undefined, undefined]);
  });

  it("is a reboot that a stop has taken back", () => {
    const reboot = { id: "r1", mode: "soft" } as const;
    const stopped = after({ power: { desired: "stopped", reboot } }, machine());
    assert.equal(stopped.rebootedId, "r1");
    const running = after({ power: { desired: "running", reboot } }, machine());
    assert.equal(running.rebootedId, undefined);
  });

  it("is a reboot, until its guest runs again or its start has ended otherwise", () => {
    const rebooting = (before: true | undefined, seen: MachineState): true | undefined =>
      after({ status: { ...BOOTED, ...(before && { rebooting: before }) } }, seen).rebooting;
    assert.equal(rebooting(undefined, machine({ rebooting: true })), true);
    for (const power of ["queued", "building"] as const) {
      assert.equal(rebooting(true, machine({ power })), true);
      assert.equal(rebooting(undefined, machine({ power })), undefined);
    }
    for (const power of ["running", "stopping", "stopped", "failed"] as const) {
      assert.equal(rebooting(true, machine({ power })), undefined);
    }
  });
});
