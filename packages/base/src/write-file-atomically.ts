import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** How the file is made. */
export interface AtomicWriteOptions {
  /** Permissions of the file; default 0600, its owner alone. */
  readonly mode?: number;
}

/**
 * Replaces a file so that a reader, or a start after a crash, finds the old content or the new
 * one, never a part: temporary file beside it, fsync, rename, fsync of the directory.
 *
 * @throws the system's error; the old file is then as it was
 */
export function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): void {
  // The pid keeps two processes off each other's temporary file; in one process writes are
  // synchronous.
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeDurably(temporary, content, options.mode ?? 0o600);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

function writeDurably(path: string, content: string | Uint8Array, mode: number): void {
  rmSync(path, { force: true });
  const file = openSync(path, "wx", mode);
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Without this a power cut may forget the rename. */
function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
