import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { readDiskSpace } from "../../daemon/ops/disk-space.ts";
import type { DiskFacts } from "../checks/disk.ts";

/** The file system that holds the directory, or would; undefined when it may not be asked. */
export function readDisk(directory: string, leastFreeBytes: number): DiskFacts | undefined {
  const path = nearestExisting(directory);
  const space = readDiskSpace(path);
  return space && { ...space, path, leastFreeBytes };
}

/** The path itself, or the nearest one above it that is there. */
export function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
