import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog, systemRandom, VirtualClock } from "@signalbox/base";
import { Slots } from "../capacity/slots.ts";
import { QemuImg } from "../disk/qemu-img.ts";
import { AccelerationChooser } from "./acceleration-chooser.ts";

const clock = new VirtualClock();

function choose(acceleration: "auto" | "kvm" | "tcg", device: string): AccelerationChooser {
  return new AccelerationChooser({
    directory: "/nowhere",
    clock,
    random: systemRandom,
    log: silentLog,
    device,
    qemuImg: new QemuImg({
      program: "qemu-img",
      searchPath: "/nowhere",
      clock,
      slots: new Slots(1),
      timeoutMs: 1,
    }),
    settings: {
      acceleration,
      guestImagePath: undefined,
      probeTimeoutMs: 1,
      qemuProgram: "qemu",
      searchPath: "/nowhere",
    },
  });
}

test("what is configured is not tried", () => {
  assert.equal(choose("kvm", "/nowhere").acceleration, "kvm");
  assert.equal(choose("tcg", "/dev/null").acceleration, "tcg");
});

test("without the device there is nothing to try", () => {
  const chooser = choose("auto", "/nowhere/kvm");
  assert.equal(chooser.acceleration, "tcg");
  assert.match(chooser.message, /there is no \/nowhere\/kvm/);
});

test("with a device, machines wait for a trial", () => {
  const chooser = choose("auto", "/dev/null");
  assert.equal(chooser.acceleration, undefined);
  assert.match(chooser.message, /being tried/);
});

test("without a guest image there is nothing to try it with, which is not remembered", async () => {
  const chooser = choose("auto", "/dev/null");
  await chooser.choose("7.2", new AbortController().signal);
  assert.equal(chooser.acceleration, "tcg");
  assert.match(chooser.message, /no guest image to try KVM with/);
});
