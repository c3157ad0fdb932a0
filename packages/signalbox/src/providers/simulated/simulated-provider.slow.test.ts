import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { seededRandom, silentLog, systemClock, VirtualClock } from "@signalbox/base";
import type { CallOptions } from "../provider.ts";
import { createFileJournal } from "./journal.ts";
import { manyServers } from "./many-servers.ts";
import { SimulatedProvider } from "./simulated-provider.ts";

const CALM: CallOptions = { signal: new AbortController().signal };

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it("runs 10,000 machines in bounded memory and lets go of all of it", async () => {
  const clock = new VirtualClock();
  const provider = new SimulatedProvider({ clock, log: silentLog });
  await provider.start(CALM);
  const servers = manyServers(10_000);
  // The first round is for what is made once, such as compiled code.
  let emptyBytes = heapBytes();
  for (const round of [1, 2]) {
    await Promise.all(servers.map((server) => provider.ensureServer(server, CALM)));
    await clock.advance(10_000);
    for (const server of servers) {
      assert.equal((await provider.ensureServer(server, CALM)).power, "running");
    }
    const eachBytes = (heapBytes() - emptyBytes) / servers.length;
    assert.ok(eachBytes < 4_096, `round ${round}: ${eachBytes} bytes a machine`);
    for (const mode of ["hard", "soft", "hard", "hard", "hard"] as const) {
      await Promise.all(servers.map((server) => provider.rebootServer(server, mode, CALM)));
      await clock.advance(10_000);
    }
    const rebootedBytes = (heapBytes() - emptyBytes) / servers.length;
    assert.ok(rebootedBytes < 4_096, `round ${round}: ${rebootedBytes} bytes after reboots`);
    await Promise.all(servers.map((server) => provider.removeServer(server, CALM)));
    assert.equal(clock.pending, 0);
    const leftBytes = heapBytes() - emptyBytes;
    if (round === 1) emptyBytes += leftBytes;
    else assert.ok(leftBytes < 2 ** 20, `${leftBytes} bytes are left`);
  }
  await provider.close();
});

it("loses no machine that it answered for when its process is killed", async (t) => {
  const seed = Number(process.hrtime.bigint() % 100_000n);
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const directory = await mkdtemp(join(tmpdir(), "signalbox-killed-"));
  t.after(() => rm(directory, { recursive: true }));
  const answered = new Set<string>();
  for (let round = 0; round < 10; round++) {
    const killAfter = Math.floor(random.fraction() * COUNT);
    const before = answered.size;
    await createUntilKilled(directory, round * COUNT, killAfter, answered);
    assert.ok(answered.size > before);
    const journal = createFileJournal({ directory, onBadLine: () => {} });
    const provider = new SimulatedProvider({ clock: systemClock, log: silentLog, journal });
    await provider.start(CALM);
    const there = (await provider.listServers(CALM)).map(({ id }) => id);
    assert.equal(new Set(there).size, there.length, "a machine is there twice");
    const lost = [...answered].filter((id) => !there.includes(id));
    assert.deepEqual(lost, [], `round ${round}: lost after an answer`);
    await provider.close();
  }
});

const COUNT = 200;

/** Runs a process that makes `COUNT` machines at once, and kills it after so many answers. */
async function createUntilKilled(
  directory: string,
  first: number,
  killAfter: number,
  answered: Set<string>,
): Promise<void> {
  const script = join(import.meta.dirname, "create-many.ts");
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=source", script, directory, String(first), String(COUNT)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  assert.ok(child.stdout);
  let seen = 0;
  for await (const id of createInterface(child.stdout)) {
    answered.add(id);
    if (seen++ === killAfter) child.kill("SIGKILL");
  }
  const [, killedBy] = await exited;
  assert.equal(killedBy, "SIGKILL");
}
