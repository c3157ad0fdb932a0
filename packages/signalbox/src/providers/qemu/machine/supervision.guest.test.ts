import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { desiredServer } from "../../conformance/desired.ts";
import { CALM, idsOf, reach, refOf, settles } from "../../conformance/steps.ts";
import type { DesiredServer } from "../../provider.ts";
import { identifyProcess, isAlive, waitUntilGone } from "../process/process-identity.ts";
import { machinePid, MACHINE_TEST } from "../testing/provider-place.ts";
import { createQemuHarness, type QemuHarness, script } from "../testing/qemu-harness.ts";

const CHILD = join(import.meta.dirname, "../testing/supervisor-child.ts");

describe("supervision", MACHINE_TEST, () => {
  it("a machine outlives kill -9 of the daemon, and the next daemon takes it up", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    await harness.provider.close();
    const [{ id, digest = "" }] = harness.images;
    const args = ["--conditions=source", CHILD, harness.place.data, id, digest];
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const server = JSON.parse(line) as DesiredServer;
    const identity = identifyProcess(machinePid(harness.directoryOf(server)));
    assert.ok(identity !== undefined);
    const exited = once(child, "exit");
    // The whole group, as Ctrl-C and a service manager do it.
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await exited;
    assert.equal(isAlive(identity), true);

    await harness.reopen();
    assert.deepEqual(await idsOf(harness), [`${server.id}/${server.incarnation}`]);
    const state = await reach(harness, server);
    assert.equal(state.fault, undefined);
    assert.equal(machinePid(harness.directoryOf(server)), identity.pid);
    await reach(harness, { ...server, power: "stopped" });
    assert.equal(isAlive(identity), false);
  });

  it("never signals a process that merely has the machine's old number", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness, { power: "stopped" });
    await reach(harness, server);
    const bystander = spawn("sleep", ["600"]);
    await once(bystander, "spawn");
    t.after(() => bystander.kill());
    writeFileSync(join(harness.directoryOf(server), "qemu.pid"), `${bystander.pid}\n`);
    await harness.reopen();
    assert.equal((await harness.provider.observeServer(server, CALM)).power, "stopped");
    await harness.provider.removeServer(refOf(server), CALM);
    assert.equal(bystander.exitCode, null);
    assert.equal(bystander.signalCode, null);
  });

  it("a process that does not answer is said to, and taken up once it does", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness);
    const pid = await reopenMute(harness, server);
    process.kill(pid, "SIGCONT");
    await reach(harness, server);
    assert.equal(machinePid(harness.directoryOf(server)), pid);
  });

  it("a process that does not answer is ended when its server is stopped", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness);
    const pid = await reopenMute(harness, server);
    const stopped = { ...server, power: "stopped" } as const;
    const { power, fault } = await harness.provider.ensureServer(stopped, CALM);
    assert.deepEqual([power, fault], ["stopped", undefined]);
    assert.equal(identifyProcess(pid), undefined);
    await reach(harness, server);
  });

  it("a damaged record is said, and the machine can still be removed, process and all", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness);
    await reach(harness, server);
    const pid = machinePid(harness.directoryOf(server));
    await harness.provider.close();
    writeFileSync(join(harness.directoryOf(server), "machine.json"), "{");
    await harness.reopen();
    const { power, fault } = await harness.provider.ensureServer(server, CALM);
    assert.deepEqual([power, fault?.reason], ["failed", "create_failed"]);
    await harness.provider.removeServer(refOf(server), CALM);
    assert.equal(identifyProcess(pid), undefined);
  });

  it("a guest that powers itself off is stopped, also while no daemon looks", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness, script("poweroff"));
    await harness.provider.ensureServer(server, CALM);
    const seen = await settles(harness, server, "stopped", "failed");
    assert.deepEqual([seen.power, seen.fault], ["stopped", undefined]);

    const other = desiredServer(harness, script("sleep 3", "poweroff"));
    await harness.provider.ensureServer(other, CALM);
    const identity = identifyProcess(machinePid(harness.directoryOf(other)));
    assert.ok(identity !== undefined);
    process.kill(identity.pid, "SIGSTOP");
    await harness.provider.close();
    process.kill(identity.pid, "SIGCONT");
    await waitUntilGone(identity, { clock: harness.clock, timeoutMs: harness.deadlineMs });
    await harness.reopen();
    const found = await harness.provider.observeServer(refOf(other), CALM);
    assert.deepEqual([found.power, found.fault], ["stopped", undefined]);
  });

  it("a guest that ignores its power button is switched off at the deadline", async (t) => {
    const harness = await createQemuHarness({ stopTimeoutMs: 1500 });
    t.after(() => harness.dispose());
    const server = desiredServer(harness, script("killall -9 acpid; echo deaf now; sleep 1000"));
    await reach(harness, server);
    const { provider } = harness;
    await provider.ensureServer({ ...server, power: "stopped" }, CALM);
    const { power, fault } = await settles(harness, server, "stopped", "failed");
    assert.deepEqual([power, fault], ["stopped", undefined]);
    await reach(harness, server);
    const before = machinePid(harness.directoryOf(server));
    await provider.rebootServer(refOf(server), "soft", CALM);
    let pid = before;
    while (pid === before || Number.isNaN(pid)) {
      await harness.pause();
      const state = await provider.observeServer(refOf(server), CALM);
      assert.ok(state.power === "running" || state.power === "building", state.power);
      pid = readPid(harness.directoryOf(server));
    }
    await settles(harness, server, "running");
  });

  it("keeps what it writes to itself", async (t) => {
    const harness = await createQemuHarness();
    t.after(() => harness.dispose());
    const server = desiredServer(harness);
    await reach(harness, server);
    const directory = harness.directoryOf(server);
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    for (const name of ["machine.json", "seed.iso", "qemu.log", "console.log", "qemu.pid"]) {
      assert.equal(statSync(join(directory, name)).mode & 0o077, 0, name);
    }
  });
});

/** Stops a machine's process with SIGSTOP while no daemon looks, and answers its number. */
async function reopenMute(harness: QemuHarness, server: DesiredServer): Promise<number> {
  await reach(harness, server);
  const pid = machinePid(harness.directoryOf(server));
  process.kill(pid, "SIGSTOP");
  await harness.reopen();
  const { power, fault } = await harness.provider.observeServer(refOf(server), CALM);
  assert.deepEqual([power, fault?.reason], ["failed", "provider_unavailable"]);
  return pid;
}

function readPid(directory: string): number {
  try {
    return Number.parseInt(readFileSync(join(directory, "qemu.pid"), "utf8"), 10);
  } catch {
    return Number.NaN;
  }
}
