import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Whether this process has a file open. */
export function isOpen(path: string): boolean {
  return readSoFar(path) !== undefined;
}

/** How far this process has read a file that it has open. */
export function readSoFar(path: string): number | undefined {
  for (const descriptor of readdirSync("/proc/self/fd")) {
    try {
      if (readlinkSync(`/proc/self/fd/${descriptor}`) !== path) continue;
      const [, position] =
        /^pos:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8")) ?? [];
      return Number(position);
    } catch {
      // Closed meanwhile: descriptors of other tests come and go.
    }
  }
  return undefined;
}
