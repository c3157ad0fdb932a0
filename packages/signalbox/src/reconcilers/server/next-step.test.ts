import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import {
  BOOTED,
  machine,
  newMachine,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  type ServerFields,
  START,
  START_MS,
} from "../testing/fixtures.ts";
import { nextStep, type ServerStep } from "./next-step.ts";

const step = (stored: Server, seen: MachineState | undefined): ServerStep =>
  nextStep(stored, seen, START_MS, { createAttempts: 3 });

const booted = (fields: ServerFields = {}): Server =>
  server(SERVER_ID, { ...fields, status: { ...BOOTED, ...fields.status } });

describe("the next step of a server without a machine", () => {
  it("is to create it", () => {
    assert.deepEqual(step(server(), undefined), { type: "create", replaces: false });
  });

  it("is to create it again, with a warning, when it had run before", () => {
    assert.deepEqual(step(booted(), undefined), { type: "create", replaces: true });
  });

  it("is to stay parked when its creation was given up", () => {
    const parked = server(SERVER_ID, {
      metadata: { conditions: [available("CreateRetriesExhausted")] },
      status: { createFailures: 3 },
    });
    assert.deepEqual(step(parked, undefined), { type: "park", reason: "CreateRetriesExhausted" });
  });
});

describe("the next step of a server whose guest never ran", () => {
  it("is to converge while the machine is queued, building or stopped", () => {
    for (const power of ["queued", "building", "stopped", "running"] as const) {
      assert.deepEqual(step(server(), newMachine({ power })), { type: "converge" }, power);
    }
  });

  it("is to discard the machine when another image is wanted: nothing is lost", () => {
    const changed = server(SERVER_ID, { spec: { imageId: OTHER_IMAGE_ID } });
    assert.deepEqual(step(changed, newMachine()), { type: "discard", failures: "reset" });
  });

  it("is to try again when the machine failed or died", () => {
    const fault = { reason: "boot_timeout", message: "no login prompt" } as const;
    assert.deepEqual(step(server(), newMachine({ power: "failed", fault })), {
      type: "discard",
      failures: "counted",
    });
    const died = { reason: "exited", message: "killed" } as const;
    assert.deepEqual(step(server(), newMachine({ power: "stopped", fault: died })), {
      type: "discard",
      failures: "counted",
    });
  });
});

describe("the next step of a server that has run", () => {
  it("is to converge in the steady state, on or off", () => {
    assert.deepEqual(step(booted(), machine()), { type: "converge" });
    const off = booted({ power: { desired: "stopped" }, status: { powerState: "Stopped" } });
    assert.deepEqual(step(off, machine({ power: "stopped" })), { type: "converge" });
  });

  it("is to converge when it is to be started or stopped", () => {
    const starting = booted({ status: { powerState: "Stopped" } });
    assert.deepEqual(step(starting, machine({ power: "stopped" })), { type: "converge" });
    const pending = booted({ status: { powerState: "Pending" } });
    assert.deepEqual(step(pending, machine({ power: "stopped" })), { type: "converge" });
    const stopping = booted({ power: { desired: "stopped" } });
    assert.deepEqual(step(stopping, machine()), { type: "converge" });
  });

  it("is to accept that the guest shut itself down", () => {
    assert.deepEqual(step(booted(), machine({ power: "stopped" })), { type: "acceptShutdown" });
  });

  it("is to restart a machine that died, at once the first time", () => {
    const fault = { reason: "exited", message: "killed" } as const;
    assert.deepEqual(step(booted(), machine({ power: "stopped", fault })), { type: "restart" });
    assert.deepEqual(step(booted(), machine({ power: "failed", fault })), { type: "restart" });
  });

  it("is to wait before it restarts a machine that died again", () => {
    const fault = { reason: "exited", message: "killed" } as const;
    const twice = booted({ status: { restarts: { count: 2, lastAt: START } } });
    assert.deepEqual(step(twice, machine({ power: "stopped", fault })), {
      type: "wait",
      afterMs: 20_000,
    });
  });

  it("leaves a machine that died alone when the server is wanted stopped", () => {
    const fault = { reason: "exited", message: "killed" } as const;
    const off = booted({ power: { desired: "stopped" } });
    assert.deepEqual(step(off, machine({ power: "stopped", fault })), { type: "converge" });
  });

  it("is a reboot that was asked for and not yet carried out, once it runs", () => {
    const reboot = { id: "r1", mode: "hard" } as const;
    const power = { desired: "running", reboot } as const;
    assert.deepEqual(step(booted({ power }), machine()), { type: "reboot", ...reboot });
    assert.deepEqual(step(booted({ power }), machine({ power: "building" })), { type: "converge" });
    const done = booted({ power, status: { rebootedId: "r1" } });
    assert.deepEqual(step(done, machine()), { type: "converge" });
  });

  it("is a rebuild before anything else when another image is wanted", () => {
    const reboot = { id: "r1", mode: "hard" } as const;
    const changed = booted({
      spec: { imageId: OTHER_IMAGE_ID },
      power: { desired: "running", reboot },
    });
    assert.deepEqual(step(changed, machine()), {
      type: "rebuild",
      step: {
        type: "mark",
        rebuild: { targetImageId: OTHER_IMAGE_ID, state: "Initiated", startedAt: START },
      },
    });
  });

  it("is still to start and stop a machine that a failed rebuild has left usable", () => {
    const rebuild = { targetImageId: OTHER_IMAGE_ID, state: "Failed", startedAt: START } as const;
    const given = { spec: { imageId: OTHER_IMAGE_ID }, status: { rebuild } };
    const fault = { reason: "rebuild_failed", message: "no space left" } as const;
    const off = booted({ ...given, power: { desired: "stopped" } });
    assert.deepEqual(step(off, machine({ fault })), { type: "converge" });
    const on = booted({ ...given, status: { rebuild, powerState: "Pending" } });
    assert.deepEqual(step(on, machine({ power: "stopped", fault })), { type: "converge" });
    const park = { type: "rebuild", step: { type: "park" } };
    assert.deepEqual(step(booted(given), machine({ power: "failed", fault })), park);
  });
});

function available(reason: "CreateRetriesExhausted"): Server["metadata"]["conditions"][number] {
  return {
    type: "Available",
    status: "False",
    reason,
    message: "",
    since: START,
    observedGeneration: 1,
  };
}
