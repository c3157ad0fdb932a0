import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { silentLog, systemClock, systemRandom } from "@signalbox/base";
import { Slots } from "../capacity/slots.ts";
import { QemuImg } from "../disk/qemu-img.ts";
import { guestImage } from "../testing/guest-image.ts";
import { MACHINE_TEST } from "../testing/provider-place.ts";
import { AccelerationChooser } from "./acceleration-chooser.ts";

const { signal } = new AbortController();

/** Stands in for QEMU on hosts whose KVM works: the same guest, but emulated. */
const WORKS = 'exec qemu-system-x86_64 "$@" -machine accel=tcg -cpu max';
/** On hosts whose KVM hangs: a guest that never executes an instruction. */
const HANGS = 'exec qemu-system-x86_64 "$@" -machine accel=tcg -cpu max -S';
/** On hosts whose KVM aborts QEMU. */
const ABORTS = "echo 'qemu-system-x86_64: error: failed to set MSR 0x10a' >&2; kill -ABRT $$";

/** @param timeoutMs for the trial; where it works, or ends by itself, nobody waits so long */
function chooserWith(t: TestContext, program: string, timeoutMs = 300_000) {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-trial-"));
  const qemuProgram = join(directory, "qemu");
  const runs = join(directory, "runs");
  writeFileSync(qemuProgram, `#!/bin/sh\necho run >>${runs}\n${program}\n`);
  chmodSync(qemuProgram, 0o755);
  t.after(() => {
    assert.equal(existsSync(join(directory, "trial")), false, "the trial was left behind");
    rmSync(directory, { recursive: true });
  });
  const clock = systemClock;
  const searchPath = process.env["PATH"] ?? "";
  const qemuImg = new QemuImg({
    program: "qemu-img",
    searchPath,
    clock,
    slots: new Slots(1),
    timeoutMs: 60_000,
  });
  const create = (): AccelerationChooser =>
    new AccelerationChooser({
      directory,
      qemuImg,
      clock,
      random: systemRandom,
      log: silentLog,
      device: "/dev/null",
      settings: {
        acceleration: "auto",
        guestImagePath: guestImage(),
        probeTimeoutMs: timeoutMs,
        qemuProgram,
        searchPath,
      },
    });
  return { create, wasTried: () => readdirSync(directory).includes("runs"), runs };
}

describe("the choice of acceleration", MACHINE_TEST, () => {
  it("is KVM when a guest reaches userspace with it, and is remembered", async (t) => {
    const { create, runs } = chooserWith(t, WORKS);
    const chooser = create();
    assert.equal(chooser.acceleration, undefined);
    await chooser.choose("7.2", signal);
    assert.equal(chooser.acceleration, "kvm");
    rmSync(runs);
    const later = create();
    await later.choose("7.2", signal);
    assert.equal(later.acceleration, "kvm");
    assert.equal(existsSync(runs), false, "it was tried again");
    const newer = create();
    await newer.choose("8.0", signal);
    assert.equal(existsSync(runs), true, "another QEMU was not tried");
  });

  for (const [how, program, message, timeoutMs] of [
    ["hangs", HANGS, /did not reach userspace within 2 s/, 2000],
    ["aborts", ABORTS, /failed to set MSR/, undefined],
  ] as const) {
    it(`falls back to emulation when KVM ${how}, and says so`, async (t) => {
      const { create } = chooserWith(t, program, timeoutMs);
      const chooser = create();
      await chooser.choose("7.2", signal);
      assert.equal(chooser.acceleration, "tcg");
      assert.match(chooser.message, message);
      assert.match(chooser.message, /without hardware acceleration/);
    });
  }

  it("is given up with the daemon", async (t) => {
    const { create, wasTried } = chooserWith(t, WORKS);
    const asked = create();
    const giving = new AbortController();
    giving.abort(new Error("stopped"));
    await assert.rejects(asked.choose("7.2", giving.signal), /stopped/);
    assert.equal(asked.acceleration, undefined);
    assert.equal(wasTried(), false);
  });
});
