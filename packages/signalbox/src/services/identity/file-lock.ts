import { closeSync, openSync, truncateSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { type Clock, Problem } from "@signalbox/base";

const RETRY_MS = 20;
const GIVE_UP_MS = 5000;

/** SQLite's result codes (the low byte of the extended ones). */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/**
 * Runs `work` while no other process does under the same lock file. The lock is the kernel's, on an
 * empty file that stays: it ends with its process, however that ended, and needs no room on the
 * disk. Node has no call for such a lock, SQLite does.
 *
 * @throws Problem `store_locked` after 5 s, `store_unavailable` where no lock can be made
 */
export async function withFileLock<T>(path: string, clock: Clock, work: () => T): Promise<T> {
  // Only here: most commands lock nothing.
  const sqlite = await import("node:sqlite");
  const openFile = (): DatabaseSync => new sqlite.DatabaseSync(path, { timeout: 0 });
  const startedAt = clock.monotonic();
  for (;;) {
    const lock = tryLock(path, openFile);
    if (lock !== undefined) {
      try {
        return work();
      } finally {
        lock.close();
      }
    }
    if (clock.monotonic() - startedAt > GIVE_UP_MS) {
      throw new Problem("store_locked", `${path} is held by another process`);
    }
    await clock.sleep(RETRY_MS);
  }
}

/** Undefined while somebody else has it. */
function tryLock(path: string, openFile: () => DatabaseSync): DatabaseSync | undefined {
  let file: DatabaseSync | undefined;
  try {
    // SQLite would make it with the process's umask.
    closeSync(openSync(path, "a", 0o600));
    file = openFile();
    // A journal on the disk would stay behind, and take room that a full disk has not.
    file.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return file;
  } catch (error) {
    file?.close();
    const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
    if (code === SQLITE_BUSY) return undefined;
    if (code !== SQLITE_NOTADB) {
      const message = `${path} cannot be locked: ${(error as Error).message}`;
      throw new Problem("store_unavailable", message, { cause: error });
    }
    // Earlier versions wrote the holder's process id into it.
    truncateSync(path);
    return undefined;
  }
}
