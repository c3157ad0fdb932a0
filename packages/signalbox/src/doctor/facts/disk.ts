import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { DiskFacts } from "../checks/disk.ts";

/** The file system that holds the directory, or would; undefined when it may not be asked. */
export function readDisk(directory: string, leastFreeBytes: number): DiskFacts | undefined {
  const path = nearestExisting(directory);
  try {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(path);
    return {
      path,
      totalBytes: blocks * bsize,
      freeBytes: bavail * bsize,
      totalFiles: files,
      freeFiles: ffree,
      leastFreeBytes,
    };
  } catch {
    return undefined;
  }
}

/** The path itself, or the nearest one above it that is there. */
export function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
