import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { type Clock, systemClock, systemRandom } from "@signalbox/base";
import { endLeftovers, OWNER_VARIABLE } from "./end-leftovers.ts";

/** A process of its own session, as services are, that belongs to an agent. */
async function useProcess(
  owner: string,
  script: string,
): Promise<{ ended: Promise<unknown>; end: () => void }> {
  const child = spawn("/bin/sh", ["-c", `${script}; echo up; while :; do sleep 0.02; done`], {
    env: { PATH: "/usr/bin:/bin", [OWNER_VARIABLE]: owner },
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  return { ended, end: () => void child.kill("SIGKILL") };
}

test("what an agent left behind ends, even what does not listen; what is others' goes on", async (t) => {
  const owner = `/test/${systemRandom.uuid()}`;
  const [obedient, deaf] = [await useProcess(owner, ":"), await useProcess(owner, "trap '' TERM")];
  const other = await useProcess(`${owner}-2`, ":");
  t.after(() => other.end());
  let hasEnded = false;
  void other.ended.then(() => {
    hasEnded = true;
  });
  // What is given to those that listen has passed when they have ended.
  let passedMs = 0;
  void obedient.ended.then(() => {
    passedMs = 3_600_000;
  });
  const clock: Clock = { ...systemClock, monotonic: () => systemClock.monotonic() + passedMs };
  const deps = { clock, proc: "/proc" };
  assert.ok((await endLeftovers(owner, deps)) >= 2);
  await Promise.all([obedient.ended, deaf.ended]);
  assert.equal(await endLeftovers(owner, deps), 0);
  assert.equal(hasEnded, false);
});
