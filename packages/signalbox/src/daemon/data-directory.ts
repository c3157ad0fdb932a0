import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Problem } from "@signalbox/base";

/**
 * Makes the data directory for its owner alone, or checks that the one there can be used.
 *
 * @throws Problem `store_unavailable` that says what is wrong and which flag helps
 */
export function prepareDataDirectory(path: string): void {
  try {
    makeDirectory(path);
    if (!statSync(path).isDirectory()) throw new Error("it is not a directory");
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Problem(
      "store_unavailable",
      `the data directory ${path} cannot be used: ${reasonOf(error)}; give another with --data-dir`,
      { cause: error },
    );
  }
}

/** Not `recursive: true`: Node never returns from that below /proc, and hears no signal meanwhile. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was faster; or it is a link to nowhere, which the next step finds out.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "this user may not write it";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file is in its place";
  if (code === "ENOENT") return "no directory can be made there";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ENOSPC") return "the disk is full";
  return message;
}
