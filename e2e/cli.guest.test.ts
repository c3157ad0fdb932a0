import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CommandLine } from "./support/command-line.ts";
import { DaemonProcess } from "./support/daemon-process.ts";
import { QEMU_MISSING } from "./support/qemu-missing.ts";

test("a wait for what fails ends with 1 and the resource's own reason", {
  skip: QEMU_MISSING,
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-cli-"));
  const serve = ["--provider", "qemu", "--image-source", `file://${directory}/`];
  const daemon = await DaemonProcess.start(join(directory, "data"), serve);
  t.after(async () => {
    await daemon.kill();
    await rm(directory, { recursive: true, force: true });
  });
  const cli = new CommandLine({ SIGNALBOX_DATA_DIR: daemon.dataDir });
  const create = ["image", "create", "bad", "--from", join(directory, "missing.qcow2")];
  const { code, stderr } = await cli.run(...create, "--wait");
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^signalbox: image bad failed: \w+: .*missing\.qcow2/m);
  assert.match(stderr, /^see: signalbox image get \S+ --output yaml$/m);
});
