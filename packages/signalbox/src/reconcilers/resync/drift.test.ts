import assert from "node:assert/strict";
import { describe, it } from "node:test";
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
import { hasDrifted } from "./drift.ts";

const drifted = (stored: Server, seen: MachineState | undefined): boolean =>
  hasDrifted(stored, seen, START_MS + 60_000, { createAttempts: 3 });

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

describe("a server at rest", () => {
  it("has not drifted while it runs", () => assert.equal(drifted(calm, machine()), false));

  it("has not drifted while it is off as asked", () =>
    assert.equal(drifted(off, machine({ power: "stopped" })), false));
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
    ["it is being deleted",                withMetadata({ deletedAt: START }), machine()],
    ["nothing has been said of it yet",    withMetadata({ conditions: [] }), machine()],
  ];
  for (const [when, stored, seen] of rows) {
    it(`when ${when}`, () => assert.equal(drifted(stored, seen), true));
  }
});
