import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { ApiObject } from "./support/api-objects.ts";
import { eventually, PATIENCE_MS } from "./support/eventually.ts";
import { CommandLine } from "./support/command-line.ts";
import { DaemonProcess } from "./support/daemon-process.ts";
import { killHostProcesses, killMachine, listHostMachines } from "./support/host-machines.ts";
import { QEMU_MISSING } from "./support/qemu-missing.ts";

/** How soon an operator has to be told, in milliseconds. */
const TOLD_WITHIN_MS = 10_000;
/** Debian's `nobody`. */
const NOBODY = 65_534;

const needsRoot = process.getuid?.() === 0 ? false : "peer missing: root, for mounts and users";
if (needsRoot !== false && process.env["REQUIRE_PEERS"] === "1") throw new Error(needsRoot);

let directory: string;
let dataDir: string;

const commands = (): CommandLine => new CommandLine({ SIGNALBOX_DATA_DIR: dataDir });

type Run = (...args: readonly string[]) => Promise<string>;

const runAsRoot: Run = async (...args) => (await commands().run(...args)).stdout;

/**
 * Asks until the answer names the cause. Who asks once the time is up is told: how long a command
 * itself takes on a busy host does not count.
 */
async function assertTold(
  pattern: RegExp,
  args: readonly string[],
  {
    run = runAsRoot,
    withinMs = TOLD_WITHIN_MS,
  }: { readonly run?: Run; readonly withinMs?: number },
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const isLast = performance.now() > deadlineMs;
    const said = await run(...args);
    if (isLast) return assert.match(said, pattern);
    if (pattern.test(said)) return;
  }
}

/** Both commands, asked at once, have to name the cause in time. */
async function assertBothTell(cause: {
  readonly status: RegExp;
  readonly doctor: RegExp;
  readonly run?: Run;
  /** @default that of the promise */
  readonly withinMs?: number;
}): Promise<void> {
  await Promise.all([
    assertTold(cause.status, ["ops", "status"], cause),
    assertTold(cause.doctor, ["doctor"], cause),
  ]);
}

/** A daemon with a region of real machines that have nothing to boot: their firmware runs for ever. */
async function startHost(...more: readonly string[]): Promise<DaemonProcess> {
  const image = join(directory, "empty.qcow2");
  execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", image, "16M"]);
  const flavors = [{ name: "smallest", cpus: 1, memory: "64 MiB", disk: "16 MiB" }];
  const region = {
    id: "33333333-3333-4333-8333-333333333333",
    name: "host",
    type: "qemu",
    flavors,
  };
  writeFileSync(join(dataDir, "config.yaml"), JSON.stringify({ regions: [region] }));
  const serve = ["--guest-image", image, "--accel", "tcg", "--create-attempts", "1"];
  return DaemonProcess.start(dataDir, [...serve, ...more]);
}

describe("operators are told the cause within 10 s", () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "signalbox-faults-"));
    dataDir = join(directory, "data");
    mkdirSync(dataDir, { mode: 0o700 });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("of a disk that is full", { skip: needsRoot }, async () => {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m,mode=0700", "tmpfs", dataDir]);
    const daemon = await DaemonProcess.start(dataDir, ["--provider", "simulated"]);
    try {
      const well = await commands().run("ops", "status");
      assert.equal(well.code, 0, "a disk that is nearly full only degrades");
      assert.match(well.stdout, /disk-low +degraded/);

      const filling = spawn("dd", ["if=/dev/zero", "bs=1M", `of=${join(dataDir, "ballast")}`], {
        stdio: "ignore",
      });
      assert.deepEqual(await once(filling, "exit"), [1, null], "it runs out of space");
      await assertBothTell({
        status: /it is not ready[^]*! disk: 0 MiB are free where .*free some space \(since/,
        doctor: /failure +disk +the disk that holds .* is full: .* of 160 MiB are free/,
      });
      assert.equal((await commands().run("ops", "status")).code, 1);
      assert.equal((await commands().run("doctor")).code, 1);

      rmSync(join(dataDir, "ballast"));
      await eventually("it is well again", PATIENCE_MS, async () =>
        (await commands().run("ops", "status")).code === 0 ? true : undefined,
      );
    } finally {
      await daemon.kill();
      // Whoever else looks at it for a moment may go on looking.
      execFileSync("umount", ["--lazy", dataDir]);
    }
  });

  test("of a data directory that an unprivileged daemon may not use", {
    skip: needsRoot,
  }, async () => {
    const runAsNobody: Run = async (...args) => {
      const child = spawn("./signalbox", args, {
        uid: NOBODY,
        gid: NOBODY,
        env: { PATH: process.env["PATH"], SIGNALBOX_DATA_DIR: dataDir },
        stdio: ["ignore", "pipe", "ignore"],
      });
      return text(child.stdout);
    };
    // Where a user's directory would be: one may pass, and look at what is in it.
    execFileSync("chmod", ["0755", directory]);
    assert.equal(await runAsNobody("serve"), "", "it does not start");
    await assertBothTell({
      run: runAsNobody,
      status:
        /cannot be reached[^]*! data directory: .* belongs to root, mode 0700: nobody may not/,
      doctor:
        /failure +data directory +.* belongs to root, mode 0700: nobody may not[^]*chown -R nobody/,
    });
  });

  test("of an image that could not be made", { skip: QEMU_MISSING }, async () => {
    const garbage = join(directory, "garbage.qcow2");
    writeFileSync(garbage, "this is no disk");
    const daemon = await startHost("--image-source", `file://${directory}/`);
    try {
      const cli = commands();
      assert.equal((await cli.run("ops", "status")).code, 0);
      await cli.ok("image", "create", "broken", "--from", garbage);
      const named = /not all is well[^]*! image broken has failed: Errored: .* \(since 20/;
      await assertTold(named, ["ops", "status"], {});
    } finally {
      await daemon.stop();
    }
  });

  test("of a machine that was killed", { skip: QEMU_MISSING }, async () => {
    const daemon = await startHost();
    try {
      const cli = commands();
      await cli.ok("network", "create", "net", "--prefix", "10.1.0.0/24", "--wait");
      const server = ["--network", "net", "--flavor", "smallest", "--image", "signalbox-guest"];
      await cli.ok("server", "create", "web", ...server);
      const serverId = await eventually("its machine is made", PATIENCE_MS, async () => {
        const { metadata } = await cli.json<ApiObject>("server", "get", "web");
        return metadata.provisioningStatus === "provisioned" ? metadata.id : undefined;
      });
      await assertBothTell({
        // The first time it is started again at once, later after a while that grows: each answer
        // is of a machine that was killed just before, and in the end of one that is still down.
        run: async (...args) => {
          listHostMachines(dataDir).forEach(killMachine);
          return runAsRoot(...args);
        },
        withinMs: PATIENCE_MS,
        status: /! server web.*QEMU was killed from outside/,
        doctor: new RegExp(`warning +machines +server ${serverId}: QEMU was killed from outside`),
      });
      await cli.ok("server", "delete", "web", "--wait");
    } finally {
      await daemon.stop();
      await killHostProcesses(dataDir);
    }
  });
});
