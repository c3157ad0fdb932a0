import assert from "node:assert/strict";
import { test } from "node:test";
import { type MachineNames, machineNames, type NamedMachine } from "./machine-names.ts";

const ID = "0b9c6a0e-6f1c-4b6a-9d43-2f3f1f6f2a11";
const VICTIM = "7d0c5a52-8a53-4f0e-9a0e-5f7f1d1f0c22";
const RESERVED = { names: ["Control"], addresses: ["10.9.9.9", "fd00::9"] };

function namesOf(name: string, allocation?: NamedMachine["allocation"]): MachineNames {
  return machineNames({ metadata: { id: ID, name }, status: {}, allocation }, RESERVED);
}

const REFUSED = [
  VICTIM,
  VICTIM.toUpperCase(),
  "control",
  "CONTROL",
  "localhost",
  "10.0.0.1",
  "enrolment.signalbox.internal",
  "a.b",
  "-a",
  "a_b",
  "*",
  "ünïcode",
  "a".repeat(64),
  "",
];
for (const name of REFUSED) {
  test(`a machine called ${JSON.stringify(name)} has its id alone in its certificate`, () => {
    assert.deepEqual(namesOf(name).names, [ID]);
  });
}

test("a name that can be a host's is in the certificate beside the id", () => {
  assert.deepEqual(namesOf("web-1").names, [ID, "web-1"]);
});

test("addresses of the daemon, in any spelling, are no machine's", () => {
  assert.deepEqual(namesOf("web", { privateIP: "10.9.9.9", publicIP: "10.0.0.7" }).addresses, [
    "10.0.0.7",
  ]);
  assert.deepEqual(namesOf("web", { privateIP: "fd00:0:0::9" }).addresses, []);
  assert.deepEqual(namesOf("web", { privateIP: "not an address" }).addresses, []);
});
