import assert from "node:assert/strict";
import { test } from "node:test";
import type { MachineFault } from "../../machine-fault.ts";
import type { MachineRecord } from "./machine-record.ts";
import { describeMachine, type MachineView } from "./machine-state.ts";

const RECORD: MachineRecord = {
  version: 1,
  id: "a",
  incarnation: "b",
  imageId: "image",
  imageDigest: "sha256:00",
  cpus: 1,
  memoryBytes: 1,
  diskBytes: 1,
  network: { prefix: "10.0.0.0/24", host: "10.0.0.1", dns: "10.0.0.2", address: "10.0.0.7" },
  macAddress: "52:54:00:00:00:01",
  instance: 1,
  power: "running",
  rebooting: false,
};
const OFF: MachineView = {
  record: RECORD,
  activity: "none",
  runState: undefined,
  boot: "seen",
  queued: false,
  fault: undefined,
  notices: [],
};
const ON: MachineView = {
  ...OFF,
  record: { ...RECORD, launchedAtMs: 5 },
  runState: "running",
};
const ENDED = {
  ...RECORD,
  launchedAtMs: 5,
  process: { pid: 7, startTicks: 1, bootId: "boot" },
};
const fault = (reason: MachineFault["reason"]): MachineFault => ({ reason, message: reason });

const ROWS: readonly [string, MachineView, string, string?][] = [
  ["runs", ON, "running"],
  ["has not spoken yet", { ...ON, boot: "silent" }, "building"],
  ["has spoken, at a time not yet on record", { ...ON, record: RECORD }, "building"],
  ["stays silent", { ...ON, boot: "overdue" }, "failed", "boot_timeout"],
  ["is asked to stop", { ...ON, activity: "stopping" }, "stopping"],
  ["is rebooting", { ...ON, activity: "rebooting" }, "running"],
  ["is paused for want of disk", { ...ON, runState: "disk_full" }, "failed", "disk_full"],
  ["has a damaged disk", { ...ON, runState: "disk_corrupt" }, "failed", "image_corrupt"],
  ["is broken by its acceleration", { ...ON, runState: "broken" }, "failed", "exited"],
  ["could not be rebuilt", { ...ON, fault: fault("rebuild_failed") }, "running", "rebuild_failed"],
  ["is off", OFF, "stopped"],
  [
    "is between two boots of a reboot",
    { ...OFF, record: { ...RECORD, rebooting: true } },
    "building",
  ],
  [
    "could not be started again amid a reboot",
    { ...OFF, record: { ...RECORD, rebooting: true }, fault: fault("disk_full") },
    "failed",
    "disk_full",
  ],
  ["ended, nobody knows yet how", { ...OFF, record: ENDED }, "running"],
  [
    "ended before its guest ran, nobody knows yet how",
    { ...OFF, record: { ...RECORD, process: ENDED.process } },
    "building",
  ],
  ["ended as asked", { ...OFF, activity: "stopping", record: ENDED }, "stopping"],
  ["waits for its turn", { ...OFF, queued: true }, "queued"],
  ["waits for room", { ...OFF, queued: fault("no_capacity") }, "queued", "no_capacity"],
  ["died", { ...OFF, record: { ...RECORD, fault: fault("exited") } }, "failed", "exited"],
  [
    "could not be made",
    { ...OFF, record: undefined, fault: fault("create_failed") },
    "failed",
    "create_failed",
  ],
  [
    "is off and could not be rebuilt",
    { ...OFF, fault: fault("rebuild_failed") },
    "stopped",
    "rebuild_failed",
  ],
  ["is about to be made", { ...OFF, record: undefined }, "queued"],
];

for (const [title, view, power, reason] of ROWS) {
  test(`a machine that ${title} is ${power}`, () => {
    const state = describeMachine(view);
    assert.equal(state.power, power);
    assert.equal(state.fault?.reason, reason);
  });
}

test("a reboot lasts from the shutdown until the guest is started again", () => {
  const rebooting = { ...OFF, record: { ...RECORD, rebooting: true } };
  assert.equal(describeMachine({ ...ON, activity: "rebooting" }).rebooting, true);
  assert.equal(describeMachine(rebooting).rebooting, true);
  assert.equal(describeMachine(ON).rebooting, undefined);
});

test("tasks, image and times are told", () => {
  const view: MachineView = { ...ON, activity: "snapshot" };
  const { task, imageId, macAddress, launchedAtMs } = describeMachine(view);
  assert.deepEqual(
    { task, imageId, macAddress, launchedAtMs },
    { task: "snapshot", imageId: "image", macAddress: RECORD.macAddress, launchedAtMs: 5 },
  );
});
