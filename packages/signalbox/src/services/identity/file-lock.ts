import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { type Clock, Problem } from "@signalbox/base";

const RETRY_MS = 20;
const GIVE_UP_MS = 5000;

/**
 * Runs `work` while no other process does under the same lock file. A lock that a dead process
 * left is taken over.
 *
 * @throws Problem `store_locked` after 5 s
 */
export async function withFileLock<T>(path: string, clock: Clock, work: () => T): Promise<T> {
  const startedAt = clock.monotonic();
  while (!tryLock(path)) {
    if (clock.monotonic() - startedAt > GIVE_UP_MS) {
      throw new Problem("store_locked", `${path} is held by process ${ownerOf(path) ?? "unknown"}`);
    }
    await clock.sleep(RETRY_MS);
  }
  try {
    return work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    const file = openSync(path, "wx", 0o600);
    writeSync(file, `${process.pid}\n`);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = ownerOf(path);
  if (owner !== undefined && !isAlive(owner)) rmSync(path, { force: true });
  return false;
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
