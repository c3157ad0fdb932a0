import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TestContext, test } from "node:test";
import { until } from "@signalbox/testing";
import { temporaryDirectory } from "./testing/temporary-directory.ts";

const CHILD = fileURLToPath(new URL("testing/life-child.ts", import.meta.url));

function startLife(t: TestContext, directory: string): ChildProcess {
  const child = spawn(process.execPath, ["--conditions=source", CHILD, directory], {
    stdio: "inherit",
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The dead stay until somebody has asked for their status.
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

test("an agent that is killed leaves its services; the next one ends them and starts its own", async (t) => {
  const directory = await temporaryDirectory(t);
  const pidsFile = join(directory, "pids");
  const script = `echo $$ >>${pidsFile}; trap '' TERM; sleep 300 & echo $! >>${pidsFile}; wait; wait`;
  writeFileSync(
    join(directory, "agent.yaml"),
    JSON.stringify({
      services: [{ id: "web", command: "/bin/sh", args: ["-c", script], stopTimeoutSeconds: 0.2 }],
    }),
  );
  const seen = new Set<number>();
  const pids = (): readonly number[] => {
    if (!existsSync(pidsFile)) return [];
    const all = readFileSync(pidsFile, "utf8").trim().split("\n").map(Number);
    for (const pid of all) seen.add(pid);
    return all;
  };

  // The file that says which they are has gone by then.
  t.after(() => [...seen].filter(isAlive).forEach((pid) => process.kill(pid, "SIGKILL")));

  const first = startLife(t, directory);
  await until(() => pids().length === 2);
  first.kill("SIGKILL");
  await once(first, "exit");
  assert.ok(pids().every(isAlive));

  const second = startLife(t, directory);
  await until(() => pids().length === 4);
  assert.deepEqual(pids().map(isAlive), [false, false, true, true]);
  second.kill("SIGTERM");
  assert.deepEqual(await once(second, "exit"), [0, null]);
  assert.ok(!pids().some(isAlive));
});
