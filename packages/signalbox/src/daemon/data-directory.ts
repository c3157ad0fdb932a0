import { accessSync, constants, mkdirSync, statSync } from "node:fs";
import { Problem } from "@signalbox/base";

/**
 * Makes the data directory for its owner alone, or checks that the one there can be used.
 *
 * @throws Problem `store_unavailable` that says what is wrong and which flag helps
 */
export function prepareDataDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
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

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") return "this user may not write it";
  if (code === "EEXIST" || code === "ENOTDIR") return "a file is in its place";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ENOSPC") return "the disk is full";
  return message;
}
