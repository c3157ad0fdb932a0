import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { Problem, systemClock, VirtualClock } from "@signalbox/base";
import { QmpClient } from "../qmp/qmp-client.ts";
import { copyRunningDisk, type DiskCopy } from "./copy-running-disk.ts";

const JOB = { id: "snapshot-1", status: "running", "current-progress": 1, "total-progress": 4 };

interface Machine {
  readonly copy: (changes?: Partial<DiskCopy>) => Promise<void>;
  /** What it was told to do, in order. */
  readonly told: readonly string[];
  /** As a kill of its process. */
  readonly die: () => void;
  readonly clock: VirtualClock;
}

/** A machine that copies without end, until the copy is cancelled. */
async function endlessCopy(t: TestContext): Promise<Machine> {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-copy-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const sockets: Socket[] = [];
  const told: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.write('{"QMP": {"version": {"qemu": {"micro": 0, "minor": 2, "major": 7}}}}\r\n');
    createInterface(socket).on("line", (line) => {
      const { execute, id } = JSON.parse(line) as { execute: string; id: number };
      told.push(execute);
      const status = told.includes("job-cancel") ? "concluded" : "running";
      const answer = execute === "query-jobs" ? [{ ...JOB, status }] : {};
      socket.write(`${JSON.stringify({ return: answer, id })}\r\n`);
    });
  });
  server.listen(join(directory, "qmp.sock"));
  await once(server, "listening");
  const { signal } = new AbortController();
  const client = await QmpClient.connect(directory, "qmp.sock", { clock: systemClock, signal });
  t.after(async () => {
    client.close();
    server.close();
    await once(server, "close");
  });
  const clock = new VirtualClock();
  const copy = {
    target: "/nowhere",
    jobId: JOB.id,
    clock,
    timeoutMs: 600_000,
    signal,
    onProgress: () => {},
  };
  return {
    clock,
    told,
    copy: (changes) => copyRunningDisk(client, { ...copy, ...changes }),
    die: () => sockets.forEach((socket) => socket.destroy()),
  };
}

test("a machine that is killed amid its copying ends the copy", async (t) => {
  const machine = await endlessCopy(t);
  const onProgress = (): void => {
    machine.die();
    void machine.clock.advance(1_000);
  };
  await assert.rejects(machine.copy({ onProgress }), (error) =>
    Problem.is(error, "provider_unavailable"),
  );
});

test("a copy that is given up is taken away from the machine", async (t) => {
  const machine = await endlessCopy(t);
  const giving = new AbortController();
  const reason = new Error("enough");
  const percents: number[] = [];
  const given = machine.copy({
    signal: giving.signal,
    onProgress: (percent) => {
      percents.push(percent);
      giving.abort(reason);
    },
  });
  await assert.rejects(given, (error) => error === reason);
  assert.deepEqual(percents, [25]);
  assert.deepEqual(machine.told.slice(-4), [
    "job-cancel",
    "query-jobs",
    "job-dismiss",
    "blockdev-del",
  ]);
});
