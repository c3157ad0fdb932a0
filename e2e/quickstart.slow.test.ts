import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { listServers } from "./support/api-objects.ts";
import { DaemonProcess } from "./support/daemon-process.ts";
import { processesNaming, QuickstartProcess } from "./support/quickstart-process.ts";

const SIMULATED = ["--provider", "simulated"];

/** Amid a tour is where it waits for a machine that takes longer than anybody does. */
const NEVER_STOPS = { SIGNALBOX_SIMULATED_STOP_TIME: "1h" };
const NEVER_BOOTS = { SIGNALBOX_SIMULATED_BOOT_TIME: "1h" };

function startOnce(t: TestContext, env: Readonly<Record<string, string>> = {}): QuickstartProcess {
  const quickstart = new QuickstartProcess(["--once", ...SIMULATED], env);
  t.after(() => quickstart.kill());
  return quickstart;
}

async function dataDirOf(quickstart: QuickstartProcess): Promise<string> {
  const [, dataDir = ""] = await quickstart.line(/start the daemon \(data in (.+)\)/);
  return dataDir;
}

function assertNothingLeft(dataDir: string): void {
  assert.equal(existsSync(dataDir), false, `${dataDir} is still there`);
  assert.deepEqual(processesNaming(dataDir), []);
}

test("--help says what there is with 0, a wrong option with 2", async (t) => {
  for (const [option, wanted] of [["--help", 0] as const, ["--nope", 2] as const]) {
    const quickstart = new QuickstartProcess([option]);
    t.after(() => quickstart.kill());
    assert.equal(await quickstart.ended, wanted, quickstart.output);
    assert.match(quickstart.output, /^usage: \.\/quickstart \[--once\]/);
  }
});

test("--once does the whole tour and leaves nothing", async (t) => {
  const quickstart = startOnce(t);
  const dataDir = await dataDirOf(quickstart);
  assert.equal(await quickstart.ended, 0, quickstart.output);
  assert.match(quickstart.output, /disk: booted before by first/);
  assertNothingLeft(dataDir);
});

test("Ctrl-C amid the proof removes what was made", async (t) => {
  const quickstart = startOnce(t, NEVER_STOPS);
  const dataDir = await dataDirOf(quickstart);
  await quickstart.line(/^\$ \.\/signalbox server stop first/);
  quickstart.interrupt();
  assert.equal(await quickstart.ended, 130, quickstart.output);
  assert.match(quickstart.output, /server first deleted/);
  assertNothingLeft(dataDir);
});

test("a daemon that dies amid the proof leaves nothing either", async (t) => {
  const quickstart = startOnce(t, NEVER_STOPS);
  const dataDir = await dataDirOf(quickstart);
  await quickstart.line(/^\$ \.\/signalbox server stop first/);
  for (const pid of processesNaming(`serve\0--data-dir\0${dataDir}`)) process.kill(pid, "SIGKILL");
  assert.equal(await quickstart.ended, 1, quickstart.output);
  assert.match(quickstart.output, /quickstart: signalbox server \w+ first .*ended with code/);
  assertNothingLeft(dataDir);
});

test("serving: Ctrl-C before the server is up removes it, afterwards leaves it", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "signalbox-e2e-"));
  const started: QuickstartProcess[] = [];
  t.after(async () => {
    for (const quickstart of started) await quickstart.kill();
    await rm(dataDir, { recursive: true, force: true });
  });
  const env = {
    SIGNALBOX_DATA_DIR: dataDir,
    SIGNALBOX_LISTEN_REST: "127.0.0.1:0",
    SIGNALBOX_LISTEN_OPS: "127.0.0.1:0",
    SIGNALBOX_LISTEN_XDS: "127.0.0.1:0",
    SIGNALBOX_LISTEN_NODE: "127.0.0.1:0",
    SIGNALBOX_LISTEN_ENROL: "127.0.0.1:0",
  };
  const start = (more: Readonly<Record<string, string>> = {}): QuickstartProcess => {
    const quickstart = new QuickstartProcess(SIMULATED, { ...env, ...more });
    started.push(quickstart);
    return quickstart;
  };
  const serversNow = async (): Promise<number> => {
    const daemon = await DaemonProcess.start(dataDir, SIMULATED);
    try {
      return (await listServers(daemon)).length;
    } finally {
      await daemon.stop();
    }
  };

  const first = start(NEVER_BOOTS);
  await first.line(/^server first: /);
  first.interrupt();
  assert.equal(await first.ended, 130, first.output);
  assert.equal(await serversNow(), 0);

  const second = start();
  await second.line(/what to try next/);
  second.interrupt();
  assert.equal(await second.ended, 0, second.output);
  assert.equal(await serversNow(), 1);
});
