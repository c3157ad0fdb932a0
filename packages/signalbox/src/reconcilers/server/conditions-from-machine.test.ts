import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ConditionReason, findCondition } from "../../model/condition.ts";
import type { Rebuild, ServerStatus } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import {
  BOOTED,
  machine,
  newMachine,
  OTHER_IMAGE_ID,
  server,
  SERVER_ID,
  START,
  START_MS,
} from "../testing/fixtures.ts";
import { availability, conditionsFromMachine, health } from "./conditions-from-machine.ts";

const EXITED = { reason: "exited", message: "killed" } as const;
const TIMEOUT = { reason: "boot_timeout", message: "no login prompt" } as const;
const FULL = { reason: "no_capacity", message: "no room" } as const;

const rebuild = (state: Rebuild["state"]): Partial<ServerStatus> => ({
  ...BOOTED,
  rebuild: { targetImageId: OTHER_IMAGE_ID, state, startedAt: START },
});

type Said = readonly ["True" | "False" | "Unknown", ConditionReason];

describe("Available", () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [name: string, status: Partial<ServerStatus>, seen: MachineState, expected: Said])[] = [
    ["it runs",                       BOOTED,                machine(),                                        ["True", "Provisioned"]],
    ["it is off",                     BOOTED,                machine({ power: "stopped" }),                    ["True", "Provisioned"]],
    ["it died after it had run",      BOOTED,                machine({ power: "stopped", fault: EXITED }),     ["True", "Provisioned"]],
    ["it is being made",              {},                    newMachine(),                                     ["True", "Provisioned"]],
    ["it waits for its turn",         {},                    newMachine({ power: "queued" }),                  ["False", "Provisioning"]],
    ["it waits for room",             {},                    newMachine({ power: "queued", fault: FULL }),     ["False", "NoCapacity"]],
    ["it never booted and failed",    {},                    newMachine({ power: "failed", fault: TIMEOUT }),  ["False", "BootTimeout"]],
    ["it failed without saying why",  {},                    newMachine({ power: "failed" }),                  ["False", "Errored"]],
    ["it is made once more",          { createFailures: 1 }, newMachine(),                                     ["False", "Provisioning"]],
    ["its rebuild is wanted",         rebuild("Initiated"),  machine(),                                        ["False", "Provisioning"]],
    ["its rebuild runs",              rebuild("Rebuilding"), machine({ task: "rebuild" }),                     ["False", "Provisioning"]],
    ["its rebuild failed",            rebuild("Failed"),     machine(),                                        ["False", "RebuildFailed"]],
  ];
  for (const [name, status, seen, expected] of rows) {
    it(`is ${expected.join(", ")} when ${name}`, () => {
      const said = availability(server(SERVER_ID, { status }), seen);
      assert.deepEqual([said.status, said.reason], expected);
    });
  }
});

describe("Healthy", () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [seen: MachineState, expected: Said])[] = [
    [machine(),                                              ["True", "Healthy"]],
    [machine({ fault: TIMEOUT }),                            ["False", "Degraded"]],
    [machine({ power: "stopped" }),                          ["True", "Healthy"]],
    [machine({ power: "stopping" }),                         ["True", "Healthy"]],
    [machine({ power: "stopped", fault: EXITED }),           ["False", "MachineExited"]],
    [machine({ power: "stopped", fault: TIMEOUT }),          ["False", "BootTimeout"]],
    [machine({ power: "failed", fault: EXITED }),            ["False", "MachineExited"]],
    [machine({ power: "failed", fault: TIMEOUT }),           ["False", "BootTimeout"]],
    [machine({ power: "failed" }),                           ["False", "Errored"]],
    [newMachine(),                                           ["Unknown", "Unknown"]],
    [newMachine({ power: "queued" }),                        ["Unknown", "Unknown"]],
    [machine({ task: "rebuild" }),                           ["Unknown", "Unknown"]],
  ];
  for (const [seen, expected] of rows) {
    const { power, task, fault } = seen;
    it(`is ${expected.join(", ")} for ${[power, task, fault?.reason].filter(Boolean).join(", ")}`, () => {
      const said = health(seen);
      assert.deepEqual([said.status, said.reason], expected);
    });
  }
});

describe("Limited and Warning", () => {
  const notice = (message: string) =>
    ({ kind: "limited", reason: "Unsupported", message }) as const;

  it("gather what is not carried out, and go when there is nothing to say", () => {
    const plain = server(SERVER_ID, { status: BOOTED });
    const seen = machine({ notices: [notice("no b"), notice("no a"), notice("no b")] });
    const conditions = conditionsFromMachine(plain, seen, 4, START_MS);
    const limited = findCondition(conditions, "Limited");
    assert.equal(limited?.message, "no a; no b");
    assert.equal(limited?.observedGeneration, 4);
    assert.equal(findCondition(conditions, "Warning"), undefined);
    const before = { ...plain, metadata: { ...plain.metadata, conditions } };
    const now = conditionsFromMachine(before, machine(), 4, START_MS);
    assert.equal(findCondition(now, "Limited"), undefined);
  });

  it("tell of a disk that was lost", () => {
    const replaced = server(SERVER_ID, { status: { ...BOOTED, replacedAt: START } });
    const warning = findCondition(
      conditionsFromMachine(replaced, machine(), 1, START_MS),
      "Warning",
    );
    assert.equal(warning?.reason, "MachineReplaced");
    assert.ok(warning.message.includes(START));
  });
});
