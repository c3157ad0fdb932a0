import { statfsSync } from "node:fs";

/** With less than so many times `ops.minFreeDisk` there is a warning, while there is time to act. */
export const LOW_FACTOR = 8;

/** Room on a file system. */
export interface DiskSpace {
  readonly totalBytes: number;
  /** What a user without privileges may still write. */
  readonly freeBytes: number;
  /** Files that may still be made; undefined where they are made as they are needed, and not counted. */
  readonly freeFiles: number | undefined;
}

/** Undefined when the file system does not tell. Reads what the kernel knows, so it is quick. */
export function readDiskSpace(path: string): DiskSpace | undefined {
  try {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(path);
    return {
      totalBytes: bsize * blocks,
      freeBytes: bsize * bavail,
      freeFiles: files === 0 ? undefined : ffree,
    };
  } catch {
    return undefined;
  }
}
