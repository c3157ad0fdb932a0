import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Condition, ConditionReason } from "../../model/condition.ts";
import type { Server } from "../../model/server.ts";
import type { MachineFaultReason } from "../../providers/machine-fault.ts";
import { server, SERVER_ID, START, START_MS } from "../testing/fixtures.ts";
import {
  type CreateRetryStep,
  HOST_RECOVERY_MS,
  nextCreateRetryStep,
  parkedReason,
} from "./create-retry.ts";

const ATTEMPTS = 3;

const said = (reason: ConditionReason): Condition => ({
  type: "Available",
  status: "False",
  reason,
  message: "",
  since: START,
  observedGeneration: 1,
});

const failedBefore = (createFailures: number, reason?: ConditionReason, generation = 1): Server =>
  server(SERVER_ID, {
    metadata: { generation, conditions: reason === undefined ? [] : [said(reason)] },
    status: { createFailures },
  });

const step = (stored: Server, reason?: MachineFaultReason, nowMs = START_MS): CreateRetryStep =>
  nextCreateRetryStep(stored, reason && { reason, message: "seen" }, ATTEMPTS, nowMs);

const AGAIN = { type: "again", failures: "counted" } as const;
const EXHAUSTED = { type: "park", reason: "CreateRetriesExhausted" } as const;

describe("a machine that failed before its first boot", () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [reason: MachineFaultReason | undefined, expected: CreateRetryStep])[] = [
    ["no_capacity",          { type: "wait", afterMs: 10_000 }],
    ["provider_unavailable", { type: "wait", afterMs: 10_000 }],
    ["disk_full",            { type: "wait", afterMs: HOST_RECOVERY_MS }],
    ["image_missing",        { type: "park", reason: "ImageMissing" }],
    ["image_corrupt",        { type: "park", reason: "ImageCorrupt" }],
    ["boot_timeout",         AGAIN],
    ["exited",               AGAIN],
    ["port_taken",           AGAIN],
    ["create_failed",        AGAIN],
    ["rebuild_failed",       AGAIN],
    [undefined,              AGAIN],
  ];
  for (const [reason, expected] of rows) {
    it(`is met with ${expected.type} for ${reason ?? "no fault at all"}`, () =>
      assert.deepEqual(step(failedBefore(0), reason), expected));
  }

  it("is given up with the last attempt", () => {
    assert.deepEqual(step(failedBefore(1), "exited"), AGAIN);
    assert.deepEqual(step(failedBefore(2), "exited"), EXHAUSTED);
  });

  it("waits out a full disk without counting it", () => {
    const full = failedBefore(2, "DiskFull");
    assert.deepEqual(step(full, "disk_full", START_MS + 10_000), { type: "wait", afterMs: 20_000 });
    assert.deepEqual(step(full, "disk_full", START_MS + HOST_RECOVERY_MS), {
      type: "again",
      failures: "uncounted",
    });
  });
});

describe("a server that was given up", () => {
  for (const reason of ["CreateRetriesExhausted", "ImageMissing", "ImageCorrupt"] as const) {
    it(`stays parked as ${reason}, whatever the machine shows`, () => {
      const parked = failedBefore(ATTEMPTS, reason);
      assert.equal(parkedReason(parked), reason);
      assert.deepEqual(step(parked, "boot_timeout"), { type: "park", reason });
    });

    it(`goes on after ${reason} when a retry or a change was asked for`, () => {
      for (const acted of [failedBefore(0, reason), failedBefore(ATTEMPTS, reason, 2)]) {
        assert.equal(parkedReason(acted), undefined);
        assert.deepEqual(step(acted, "boot_timeout"), { type: "again", failures: "reset" });
      }
    });
  }

  it("is not one that is only waiting", () =>
    assert.equal(parkedReason(failedBefore(1, "NoCapacity")), undefined));
});
