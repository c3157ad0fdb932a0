import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@signalbox/base";

/** In the environment of every service: the directory of the agent that started it. */
export const OWNER_VARIABLE = "SIGNALBOX_AGENT_DIRECTORY";

const GRACE_MS = 2_000;
const POLL_MS = 50;

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
  const { clock, proc } = deps;
  const found = await processesOf(owner, proc);
  signalAll(found, "SIGTERM");
  const startMs = clock.monotonic();
  let left = found;
  while (left.length > 0 && clock.monotonic() - startMs < GRACE_MS) {
    await clock.sleep(POLL_MS);
    left = await processesOf(owner, proc);
  }
  signalAll(left, "SIGKILL");
  return found.length;
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
