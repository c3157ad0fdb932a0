import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@signalbox/base";

/** In the environment of every service: the directory of the agent that started it. */
export const OWNER_VARIABLE = "SIGNALBOX_AGENT_DIRECTORY";

const GRACE_MS = 2_000;
const KILL_MS = 500;
const KILL_ROUNDS = 10;
const POLL_MS = 50;
/** One that is just being executed has no environment yet: none are left when none are seen twice. */
const LOOKS = 2;

export interface LeftoversDeps {
  readonly clock: Clock;
  /** Where /proc is. */
  readonly proc: string;
}

/**
 * Ends the processes that an agent of this directory has started and, as it was killed, could not
 * end itself. They are known by their environment.
 *
 * @returns how many there were
 */
export async function endLeftovers(owner: string, deps: LeftoversDeps): Promise<number> {
  const found = await processesOf(owner, deps.proc);
  if (found.length === 0) return 0;
  signalAll(found, "SIGTERM");
  let left = await leftAfter(GRACE_MS, owner, deps);
  // One that starts others may do so between being found and being killed.
  for (let round = 0; left.length > 0 && round < KILL_ROUNDS; round++) {
    signalAll(left, "SIGKILL");
    left = await leftAfter(KILL_MS, owner, deps);
  }
  return found.length;
}

/** Those that are still there after a time; none as soon as there are none. */
async function leftAfter(
  limitMs: number,
  owner: string,
  { clock, proc }: LeftoversDeps,
): Promise<readonly number[]> {
  const startMs = clock.monotonic();
  for (let empty = 0; ; ) {
    const left = await processesOf(owner, proc);
    empty = left.length === 0 ? empty + 1 : 0;
    if (empty === LOOKS || clock.monotonic() - startMs >= limitMs) return left;
    await clock.sleep(POLL_MS);
  }
}

async function processesOf(owner: string, proc: string): Promise<readonly number[]> {
  const entry = Buffer.from(`\0${OWNER_VARIABLE}=${owner}\0`);
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    if (pid === process.pid) continue;
    // Those of others cannot be read, and some have gone meanwhile. The dead have none.
    const environment = await readFile(join(proc, String(pid), "environ")).catch(() => undefined);
    if (environment === undefined) continue;
    if (Buffer.concat([Buffer.from("\0"), environment]).includes(entry)) found.push(pid);
  }
  return found;
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has gone.
    }
  }
}
