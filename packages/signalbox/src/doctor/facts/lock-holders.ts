import { statSync } from "node:fs";
import { readText } from "./read-text.ts";

// Where SQLite puts its locks in a file, https://www.sqlite.org/src/doc/trunk/src/os.h
const PENDING_BYTE = 0x40000000;
const LAST_SHARED_BYTE = PENDING_BYTE + 511;

interface HeldLock {
  readonly pid: number;
  readonly inode: number;
}

/** Locks that SQLite holds anywhere, out of `/proc/locks`; never throws. */
export function parseSqliteLocks(text: string): readonly HeldLock[] {
  return text.split("\n").flatMap((line) => {
    // 1: POSIX  ADVISORY  WRITE 16861 fe:00:10281350 1073741824 1073742335
    const [, kind, , , pid = "", file = "", start = ""] = line.split(/\s+/);
    const inode = Number(file.split(":")[2]);
    const first = Number(start);
    if (kind !== "POSIX" || !(first >= PENDING_BYTE && first <= LAST_SHARED_BYTE)) return [];
    return Number.isSafeInteger(inode) ? [{ pid: Number(pid), inode }] : [];
  });
}

/** A list up to about a page is of one moment. */
const WHOLE_LENGTH = 4096 - 128;
/** A longer one is handed out in pieces, and a row is passed over when one before it goes meanwhile. */
const LOOKS = 5;

/**
 * The process that has the database open, found without touching it: whoever opens a database that
 * a daemon died on recovers it, and keeps a daemon that starts meanwhile away.
 *
 * @param readLocks the text of `/proc/locks`
 */
export function findLockHolder(
  file: string,
  readLocks: () => string = () => readText("/proc/locks") ?? "",
): number | undefined {
  const inode = statSync(file, { throwIfNoEntry: false })?.ino;
  for (let looks = 0; looks < LOOKS; looks++) {
    const text = readLocks();
    const holder = parseSqliteLocks(text).find((lock) => lock.inode === inode);
    if (holder !== undefined) return holder.pid;
    if (text.length < WHOLE_LENGTH) return undefined;
  }
  return undefined;
}
