import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { systemRandom } from "@signalbox/base";
import { hastyClock } from "../testing/hasty-clock.ts";
import { endLeftovers, OWNER_VARIABLE } from "./end-leftovers.ts";

const deps = { clock: hastyClock, proc: "/proc" };

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
  const mine = [await useProcess(owner, ":"), await useProcess(owner, "trap '' TERM")];
  const other = await useProcess(`${owner}-2`, ":");
  t.after(() => other.end());
  let hasEnded = false;
  void other.ended.then(() => {
    hasEnded = true;
  });
  assert.ok((await endLeftovers(owner, deps)) >= 2);
  await Promise.all(mine.map(({ ended }) => ended));
  assert.equal(await endLeftovers(owner, deps), 0);
  assert.equal(hasEnded, false);
});
