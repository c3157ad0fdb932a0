import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { MACHINE_FILES } from "../machine/machine-files.ts";

/** All serial output that is kept, oldest first. */
export async function readConsole(directory: string): Promise<string> {
  const segments = [MACHINE_FILES.consoleBefore, MACHINE_FILES.console];
  const parts = await Promise.all(
    segments.map((name) => readFile(join(directory, name)).catch(() => Buffer.alloc(0))),
  );
  return Buffer.concat(parts).toString("utf8");
}

/** True once the guest of the present run has written to its serial port. */
export async function hasSpoken(directory: string): Promise<boolean> {
  const file = await stat(join(directory, MACHINE_FILES.console)).catch(() => undefined);
  return file !== undefined && file.size > 0;
}
