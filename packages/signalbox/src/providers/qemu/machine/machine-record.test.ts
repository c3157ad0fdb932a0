import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatMachineRecord, type MachineRecord, parseMachineRecord } from "./machine-record.ts";

const RECORD: MachineRecord = {
  version: 1,
  id: "a",
  incarnation: "b",
  imageId: "c",
  imageDigest: "sha256:00",
  cpus: 1,
  memoryBytes: 1,
  diskBytes: 1,
  network: { prefix: "10.0.0.0/24", host: "10.0.0.1", dns: "10.0.0.2", address: "10.0.0.7" },
  macAddress: "52:54:00:00:00:01",
  instance: 1,
  power: "running",
  rebooting: false,
  process: { pid: 2, startTicks: 3, bootId: "d" },
  fault: { reason: "exited", message: "gone" },
};

test("survives the way to disk and back", () => {
  assert.deepEqual(parseMachineRecord(formatMachineRecord(RECORD)), { ok: true, value: RECORD });
});

test("refuses a record that lacks something or is of another version", () => {
  for (const key of Object.keys(RECORD).filter((k) => k !== "process" && k !== "fault")) {
    const { [key as keyof MachineRecord]: _gone, ...rest } = RECORD;
    assert.equal(parseMachineRecord(JSON.stringify(rest)).ok, false, key);
  }
  assert.equal(parseMachineRecord(JSON.stringify({ ...RECORD, version: 2 })).ok, false);
});

test("no text throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.equal(parseMachineRecord(text).ok, false);
    }),
    { seed: 8 },
  );
});
