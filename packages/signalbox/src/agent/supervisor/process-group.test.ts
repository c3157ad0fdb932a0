import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type Clock, systemClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { endText, ProcessGroup } from "./process-group.ts";

/** A running shell program, and what it printed. */
async function useShell(
  script: string,
  clock: Clock = systemClock,
): Promise<{ group: ProcessGroup; printed: () => string }> {
  const pieces: Buffer[] = [];
  const group = await ProcessGroup.start({
    clock,
    command: ["/bin/sh", "-c", script],
    environment: { PATH: "/usr/bin:/bin" },
    directory: "/",
    onOutput: (lines) => pieces.push(lines),
  });
  return { group, printed: () => Buffer.concat(pieces).toString() };
}

/** The processes of a group that are not dead. */
function members(group: number): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(pgrp) === group && state !== "Z";
    } catch {
      return false;
    }
  });
}

test("the status, and both outputs by whole lines", async () => {
  const { group, printed } = await useShell("echo out; printf half >&2; exit 3");
  assert.deepEqual(await group.ended, { kind: "status", status: 3 });
  assert.deepEqual(printed().split("\n").toSorted(), ["", "half", "out"]);
  assert.equal(endText(await group.ended), "exit status 3");
});

test("stopping asks first", async () => {
  const { group, printed } = await useShell(
    // A shell says on its standard error whom the signal has ended.
    "exec 2>/dev/null; trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done",
  );
  await until(() => printed().includes("up"));
  assert.deepEqual(await group.stop(60_000), { kind: "status", status: 0 });
  assert.equal(printed(), "up\nbye\n");
  assert.deepEqual(members(group.pid), []);
});

test("who does not listen is killed, with its children", async () => {
  const { group, printed } = await useShell(
    "trap '' TERM; sleep 60 & echo up; wait; wait; sleep 60",
  );
  await until(() => printed().includes("up") && members(group.pid).length >= 2);
  const end = await group.stop(50);
  assert.deepEqual(end, { kind: "signal", signal: "SIGKILL" });
  assert.equal(endText(end), "signal SIGKILL");
  assert.deepEqual(members(group.pid), []);
});

test("what a program leaves behind ends with it, even what does not listen", async () => {
  // The first limit that is looked at has passed; those behind it take their time.
  let looks = 0;
  const clock: Clock = {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + (looks++ === 0 ? 0 : 3_600_000),
  };
  const { group } = await useShell("trap '' TERM; sleep 60 & exec true", clock);
  assert.deepEqual(await group.ended, { kind: "status", status: 0 });
  assert.deepEqual(members(group.pid), []);
});

test("who has left the session does not keep it from ending", async () => {
  const clock: Clock = {
    ...systemClock,
    after: (ms, callback) => systemClock.after(ms / 20, callback),
  };
  // The program ends when the other session is there.
  const { group, printed } = await useShell(
    "exec 3>&1; echo $(setsid sh -c 'sleep 60 >&3 & echo $!')",
    clock,
  );
  await group.ended;
  const away = Number(printed());
  assert.ok(process.kill(away, "SIGKILL"), "it goes on");
});

test("a program that is not there", async () => {
  const options = {
    clock: systemClock,
    command: ["/nowhere/program"],
    environment: {},
    directory: "/",
    onOutput: () => {},
  };
  await assert.rejects(ProcessGroup.start(options), { code: "ENOENT" });
  await assert.rejects(
    ProcessGroup.start({ ...options, command: ["/bin/true"], directory: "/nowhere" }),
    { message: "there is no directory /nowhere" },
  );
});

test("a program that writes without end does not fill the memory of whom it writes to", async () => {
  let bytes = 0;
  const group = await ProcessGroup.start({
    clock: systemClock,
    command: ["/bin/sh", "-c", "yes | tr -d '\\n'"],
    environment: { PATH: "/usr/bin:/bin" },
    directory: "/",
    onOutput: (lines) => void (bytes += lines.length),
  });
  await until(() => bytes > 10_000_000);
  await group.stop(60_000);
  assert.deepEqual(members(group.pid), []);
});
