import assert from "node:assert/strict";
import { test } from "node:test";
import { machineArguments } from "./machine-arguments.ts";

const HARDWARE = {
  uuid: "11111111-1111-4111-8111-111111111111",
  cpus: 2,
  memoryBytes: 256 * 1024 ** 2,
  macAddress: "52:54:00:00:00:01",
  network: { prefix: "10.0.0.0/24", host: "10.0.0.1", dns: "10.0.0.2", address: "10.0.0.7" },
  acceleration: "tcg",
} as const;

const valueOf = (args: readonly string[], option: string): string | undefined =>
  args[args.indexOf(option) + 1];

test("the flavor decides processors and memory", () => {
  const args = machineArguments(HARDWARE);
  assert.equal(valueOf(args, "-smp"), "2");
  assert.equal(valueOf(args, "-m"), "256M");
  assert.equal(valueOf(machineArguments({ ...HARDWARE, memoryBytes: 1 }), "-m"), "1M");
});

test("the acceleration decides the processor's model", () => {
  const args = machineArguments({ ...HARDWARE, acceleration: "kvm" });
  assert.match(valueOf(args, "-machine") ?? "", /^q35,.*,accel=kvm$/);
  assert.equal(valueOf(args, "-cpu"), "host");
  assert.equal(valueOf(machineArguments(HARDWARE), "-cpu"), "max,erms=off");
});

test("no path is absolute, and the guest is shut in", () => {
  const args = machineArguments(HARDWARE).join(" ");
  assert.doesNotMatch(args, /=\/(?!dev\/stdout)/);
  assert.match(args, /restrict=on/);
  assert.match(args, /-sandbox on/);
  assert.match(args, /-nodefaults/);
});
