import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { awaitExitReport, explainExit, lastLine } from "./exit-report.ts";
import { MACHINE_FILES } from "./machine-files.ts";

test("a guest that powered itself off is no fault", () => {
  assert.equal(explainExit({ status: 0, log: "" }), undefined);
});

const FAULTS: readonly [number | undefined, string, RegExp][] = [
  [
    0,
    "qemu-system-x86_64: terminating on signal 15 from pid 4711 (kill)",
    /signal 15 from outside/,
  ],
  [137, "", /killed from outside/],
  [undefined, "", /killed from outside/],
  [139, "", /crashed with signal 11/],
  [1, "qemu-system-x86_64: no such disk", /failed: no such disk/],
  [2, "", /failed: status 2/],
];

for (const [status, log, message] of FAULTS) {
  test(`status ${status} with ${JSON.stringify(log)}: ${message.source}`, () => {
    const fault = explainExit({ status, log });
    assert.equal(fault?.reason, "exited");
    assert.match(fault.message, message);
  });
}

test("QEMU's own words count more than the shell's", () => {
  assert.equal(
    lastLine("qemu-system-x86_64: error: failed to set MSR\nAborted\n"),
    "error: failed to set MSR",
  );
  assert.equal(lastLine("Aborted\n"), "Aborted");
  assert.equal(lastLine(""), "");
});

/** On it every sleep takes five seconds, and `during` goes on meanwhile. */
class SlowClock extends VirtualClock {
  during: (elapsedMs: number) => void | Promise<void> = () => {};
  #elapsedMs = 0;

  override monotonic(): number {
    return this.#elapsedMs;
  }

  override async sleep(): Promise<void> {
    this.#elapsedMs += 5000;
    await this.during(this.#elapsedMs);
  }
}

/** A launch script whose QEMU has ended; it notes the status when it is told to. */
async function slowScript(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-exit-"));
  const { lock, exitStatus } = MACHINE_FILES;
  const script = `exec 9>${lock}; flock 9; echo locked; read -r told && echo 3 >${exitStatus}`;
  const child = spawn("/bin/sh", ["-c", script], { cwd: directory });
  const gone = once(child, "close");
  t.after(async () => {
    child.kill("SIGKILL");
    await gone;
    rmSync(directory, { recursive: true });
  });
  await once(child.stdout, "data");
  const clock = new SlowClock();
  const { signal } = new AbortController();
  const place = { directory, uuid: "", clock, searchPath: "/usr/bin:/bin", signal };
  return { child, gone, clock, place };
}

test("the status is waited for while the launch script is there to note it", async (t) => {
  const { child, gone, clock, place } = await slowScript(t);
  clock.during = async (elapsedMs) => {
    if (elapsedMs < 10_000) return;
    child.stdin.write("now\n");
    await gone;
  };
  assert.equal((await awaitExitReport(place)).status, 3);
});

test("nothing is waited for when the launch script was killed too", async (t) => {
  const { child, gone, clock, place } = await slowScript(t);
  clock.during = () => assert.fail("it is waited for");
  child.kill("SIGKILL");
  await gone;
  assert.equal((await awaitExitReport(place)).status, undefined);
});
