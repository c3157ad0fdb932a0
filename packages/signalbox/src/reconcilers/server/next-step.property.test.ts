import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import type { Condition } from "../../model/condition.ts";
import type { Server, ServerStatus } from "../../model/server.ts";
import type { MachineFaultReason } from "../../providers/machine-fault.ts";
import type { MachineState } from "../../providers/provider.ts";
import {
  IMAGE_ID,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  START,
  START_MS,
} from "../testing/fixtures.ts";
import { REASON_OF_FAULT } from "./conditions-from-machine.ts";
import { hasExited, isDown } from "./machine-history.ts";
import { nextStep } from "./next-step.ts";

const SEED = 20_260_102;
const OPTIONS = { seed: SEED, numRuns: 3_000 } as const;

const anImage = fc.constantFrom(IMAGE_ID, OTHER_IMAGE_ID);
// The table has a row for every reason.
const aReason = fc.constantFrom(...(Object.keys(REASON_OF_FAULT) as MachineFaultReason[]));

const aMachine: fc.Arbitrary<MachineState> = fc.record(
  {
    power: fc.constantFrom("queued", "building", "running", "stopping", "stopped", "failed"),
    imageId: anImage,
    task: fc.constantFrom("rebuild", "snapshot"),
    launchedAtMs: fc.constant(START_MS),
    fault: fc.record({ reason: aReason, message: fc.constant("seen by a test") }),
    notices: fc.constant([]),
  },
  { requiredKeys: ["power", "notices"] },
);

const aStatus: fc.Arbitrary<ServerStatus> = fc.record(
  {
    powerState: fc.constantFrom("Pending", "Queued", "Building", "Running", "Stopping", "Stopped"),
    imageId: anImage,
    rebuild: fc.record({
      targetImageId: anImage,
      state: fc.constantFrom("Initiated", "Rebuilding", "Succeeded", "Failed"),
      startedAt: fc.constant(START),
    }),
    rebootedId: fc.constantFrom("r1", "r2"),
    provisionedAt: fc.constant(START),
    launchedAt: fc.constant(START),
    createFailures: fc.nat(4),
    restarts: fc.record({ count: fc.integer({ min: 1, max: 2_000 }), lastAt: fc.constant(START) }),
  },
  { requiredKeys: ["createFailures"] },
);

const aServer: fc.Arbitrary<Server> = fc
  .record({
    imageId: anImage,
    desired: fc.constantFrom("running", "stopped"),
    reboot: fc.option(
      fc.record({ id: fc.constantFrom("r1", "r2"), mode: fc.constantFrom("soft", "hard") }),
      { nil: undefined },
    ),
    status: aStatus,
    parked: fc.boolean(),
  })
  .map(({ imageId, desired, reboot, status, parked }) =>
    server(SERVER_ID, {
      spec: { imageId },
      power: { desired, ...(reboot && { reboot }) },
      status,
      metadata: { conditions: parked ? [GIVEN_UP] : [] },
    }),
  );

const GIVEN_UP: Condition = Object.freeze({
  type: "Available",
  status: "False",
  reason: "CreateRetriesExhausted",
  message: "",
  since: START,
  observedGeneration: 1,
});

/** Minutes that have passed since the last thing that the status speaks of. */
const someTime = fc.nat(20).map((minutes) => START_MS + minutes * 60_000);

it("no step but a rebuild that was asked for ever costs a disk that a guest has written to", () => {
  fc.assert(
    fc.property(aServer, aMachine, someTime, (stored, seen, nowMs) => {
      const step = nextStep(stored, seen, nowMs, { createAttempts: 3 });
      const { provisionedAt, launchedAt } = stored.status;
      const hasRun = provisionedAt ?? launchedAt ?? seen.launchedAtMs;
      if (hasRun !== undefined) assert.notEqual(step.type, "discard");
      assert.notEqual(step.type, "create", "there is a machine");
      if (step.type === "rebuild" && step.step.type === "submit") {
        assert.notEqual(hasRun, undefined);
        assert.equal(stored.status.rebuild?.targetImageId, stored.spec.imageId);
        assert.notEqual(seen.imageId, stored.spec.imageId);
        assert.equal(seen.task, undefined);
      }
    }),
    OPTIONS,
  );
});

it("power is only changed towards what is wanted, and a reboot only what runs", () => {
  fc.assert(
    fc.property(aServer, aMachine, someTime, (stored, seen, nowMs) => {
      const step = nextStep(stored, seen, nowMs, { createAttempts: 3 });
      const wantsOn = stored.power.desired === "running";
      switch (step.type) {
        case "restart":
          assert.ok(wantsOn && (hasExited(seen) || seen.power === "failed"));
          return;
        case "acceptShutdown":
          assert.ok(wantsOn && seen.power === "stopped" && seen.fault === undefined);
          return;
        case "reboot":
          assert.ok(wantsOn && seen.power === "running");
          assert.notEqual(step.id, stored.status.rebootedId);
          return;
        case "wait":
          assert.ok(isDown(seen) && step.afterMs > 0 && step.afterMs <= 300_000);
          return;
        default:
          return;
      }
    }),
    OPTIONS,
  );
});

it("a missing machine is made, unless its making was given up", () => {
  fc.assert(
    fc.property(aServer, someTime, (stored, nowMs) => {
      const step = nextStep(stored, undefined, nowMs, { createAttempts: 3 });
      const isGivenUp = stored.metadata.conditions.length > 0 && stored.status.createFailures > 0;
      assert.equal(step.type, isGivenUp ? "park" : "create");
      if (step.type === "create") {
        assert.equal(step.replaces, stored.status.provisionedAt !== undefined);
      }
    }),
    OPTIONS,
  );
});
