import { statfsSync } from "node:fs";

/** Room on a file system. */
export interface DiskSpace {
  readonly totalBytes: number;
  /** What a user without privileges may still write. */
  readonly freeBytes: number;
  /** Files that may still be made; undefined where the file system does not count them. */
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
