import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { desiredServer } from "../conformance/desired.ts";
import {
  CALM,
  eventually,
  prints,
  reach,
  refOf,
  rejectsWith,
  settles,
} from "../conformance/steps.ts";
import type { DesiredServer } from "../provider.ts";
import { machinePid, MACHINE_TEST, TEST_FLAVOR } from "./testing/provider-place.ts";
import { createQemuHarness, type QemuHarness, script } from "./testing/qemu-harness.ts";

describe("what goes wrong is said", MACHINE_TEST, () => {
  it("no room: the server waits, and gets its turn when another stops", async (t) => {
    // Room for one machine's processors.
    const cpus = Number(execFileSync("nproc", { encoding: "utf8" }));
    const harness = await createQemuHarness({ cpuOvercommit: 1 / cpus });
    t.after(() => harness.dispose());
    const first = desiredServer(harness);
    const second = desiredServer(harness);
    await reach(harness, first);
    const waiting = await harness.provider.ensureServer(second, CALM);
    assert.deepEqual([waiting.power, waiting.fault?.reason], ["queued", "no_capacity"]);
    assert.match(waiting.fault?.message ?? "", /CPUs: 1 wanted, 0 free/);
    const called = Promise.withResolvers<void>();
    harness.provider.onMachineChange((ref) => {
      if (ref.incarnation === second.incarnation) called.resolve();
    });
    await harness.provider.removeServer(refOf(first), CALM);
    await called.promise;
    await reach(harness, second);
  });

  it("boots at once are bounded; the others take turns", async (t) => {
    const harness = await createQemuHarness({ maxBoots: 1 });
    t.after(() => harness.dispose());
    // It gives no sign of life, so its boot goes on for as long as it is there.
    const silent = desiredServer(harness, { image: await importBlank(harness) });
    const [second, third] = [desiredServer(harness), desiredServer(harness)];
    assert.equal((await harness.provider.ensureServer(silent, CALM)).power, "building");
    const waiting = await harness.provider.ensureServer(second, CALM);
    assert.deepEqual([waiting.power, waiting.fault], ["queued", undefined]);
    await harness.provider.removeServer(refOf(silent), CALM);
    await reach(harness, second);
    // Once the second one has booted.
    await reach(harness, third);
  });

  it("a disk too full to make anything on", async (t) => {
    const harness = await createQemuHarness({ diskReserveBytes: Number.MAX_SAFE_INTEGER });
    t.after(() => harness.dispose());
    await fails(harness, desiredServer(harness), "disk_full", /disk is nearly full/);
  });

  it("an image whose file is gone", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    for (const file of imageFiles(harness)) rmSync(file);
    await fails(harness, desiredServer(harness), "image_missing", /import it again/);
  });

  it("an image whose file is damaged", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    for (const file of imageFiles(harness)) {
      chmodSync(file, 0o600);
      truncateSync(file, 100);
    }
    await fails(harness, desiredServer(harness), "image_corrupt", /damaged/);
  });

  it("a guest that never gives a sign of life", async (t) => {
    const harness = await createQemuHarness({ bootTimeoutMs: 2000, stopTimeoutMs: 1000 });
    t.after(() => harness.dispose());
    const blank = await importBlank(harness);
    const server = desiredServer(harness, { image: blank });
    await harness.provider.ensureServer(server, CALM);
    const { fault } = await settles(harness, server, "failed");
    assert.equal(fault?.reason, "boot_timeout");
    await eventually(harness, "it stops", async () => {
      const state = await harness.provider.ensureServer({ ...server, power: "stopped" }, CALM);
      return state.power === "stopped" ? state : undefined;
    });
  });

  it("QEMU that is missing, with the package that has it", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    await harness.provider.close();
    for (const [missing, message] of [
      [{ qemuProgram: "no-such-qemu" }, /install the package qemu-system-x86/],
      [{ qemuImgProgram: "no-such-qemu-img" }, /install the package qemu-utils/],
    ] as const) {
      const provider = await harness.place.open(missing);
      const health = provider.health();
      assert.equal(health.usable, false);
      assert.match(health.message, message);
      await rejectsWith(
        provider.ensureServer(desiredServer(harness), CALM),
        "provider_unavailable",
      );
      await provider.close();
    }
    await harness.reopen();
  });

  it("a missing guest image, with the script that makes one", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    await harness.provider.close();
    const provider = await harness.place.open({ guestImagePath: "/nowhere/guest.qcow2" });
    assert.deepEqual(provider.defaults.images, []);
    assert.match(provider.health().message, /scripts\/build-guest-image/);
    await provider.close();
    await harness.reopen();
    assert.equal(harness.provider.defaults.images.length, 1);
  });

  it("an image that would show the guest a file of the host", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const secret = join(harness.place.directory, "secret");
    execFileSync("qemu-img", ["create", "-q", "-f", "raw", secret, "1M"]);
    const images = {
      backed: ["-b", secret, "-F", "raw"],
      // Creating it writes over the data file, so the test has one of its own.
      split: ["-o", `data_file=${secret},data_file_raw=on`],
    };
    for (const [name, options] of Object.entries(images)) {
      const path = join(harness.place.directory, `${name}.qcow2`);
      execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", ...options, path, "1M"]);
      await rejectsWith(importFile(harness, path, "qcow2"), "unprocessable");
    }
  });

  it("a machine that is killed amid a snapshot has died, and has not shut itself down", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness);
    await reach(harness, server);
    const incoming = join(harness.place.data, "incoming");
    // Stopped, it cannot have copied everything before it is killed.
    process.kill(machinePid(harness.directoryOf(server)), "SIGSTOP");
    const taken = harness.provider.snapshotServer(refOf(server), randomUUID(), {
      ...CALM,
      onProgress: () => {},
    });
    const refused = rejectsWith(taken, "conflict", "provider_unavailable");
    await eventually(harness, "there is a file to copy to", async () =>
      readdirSync(incoming).length > 0 ? true : undefined,
    );
    await harness.kill(refOf(server));
    await refused;
    const { power, fault } = await settles(harness, server, "stopped", "failed");
    assert.deepEqual([power, fault?.reason], ["failed", "exited"]);
    assert.deepEqual(readdirSync(incoming), []);
    await reach(harness, server);
  });

  it("a snapshot that is given up leaves the machine as it was", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness, script("echo seeded"));
    await reach(harness, server);
    await prints(harness, server, "seeded");
    const giving = new AbortController();
    const reason = new Error("enough");
    const given = harness.provider.snapshotServer(refOf(server), randomUUID(), {
      signal: giving.signal,
      onProgress: () => giving.abort(reason),
    });
    await assert.rejects(given, (error) => error === reason);
    assert.equal((await settles(harness, server, "running")).task, undefined);
    const options = { ...CALM, onProgress: () => {} };
    await harness.provider.snapshotServer(refOf(server), randomUUID(), options);
    assert.deepEqual(readdirSync(join(harness.place.data, "incoming")), []);
  });
});

async function fails(
  harness: QemuHarness,
  server: DesiredServer,
  reason: string,
  message: RegExp,
): Promise<void> {
  const { power, fault } = await harness.provider.ensureServer(server, CALM);
  assert.deepEqual([power, fault?.reason], ["failed", reason]);
  assert.match(fault?.message ?? "", message);
}

function imageFiles({ place }: QemuHarness): readonly string[] {
  const images = join(place.data, "images");
  return readdirSync(images)
    .filter((name) => name.startsWith("sha256-"))
    .map((name) => join(images, name));
}

async function importBlank(harness: QemuHarness): Promise<DesiredServer["image"]> {
  const path = join(harness.place.directory, "blank.raw");
  execFileSync("qemu-img", ["create", "-q", "-f", "raw", path, String(TEST_FLAVOR.diskBytes)]);
  return importFile(harness, path, "raw");
}

async function importFile(
  { provider }: QemuHarness,
  path: string,
  format: "qcow2" | "raw",
): Promise<DesiredServer["image"]> {
  const imageId = randomUUID();
  const request = { imageId, uri: pathToFileURL(path).href, format, onProgress: () => {} };
  return { id: imageId, ...(await provider.importImage(request, CALM)) };
}
