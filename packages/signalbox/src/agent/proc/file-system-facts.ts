import { stat, statfs } from "node:fs/promises";

/** Bytes and inodes of a file system. */
export interface FileSystemFacts {
  readonly size: bigint;
  readonly used: bigint;
  readonly available: bigint;
  readonly inodes: bigint;
  readonly inodesUsed: bigint;
  readonly inodesFree: bigint;
}

/**
 * The file system that `path` lies on.
 *
 * @throws as the system call does
 */
export async function fileSystemFacts(path: string): Promise<FileSystemFacts> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path, { bigint: true });
  return {
    size: blocks * bsize,
    used: (blocks - bfree) * bsize,
    available: bavail * bsize,
    inodes: files,
    inodesUsed: files - ffree,
    inodesFree: ffree,
  };
}

/** The same of a folder; undefined for what is none, or cannot be asked. */
export async function folderFacts(path: string): Promise<FileSystemFacts | undefined> {
  try {
    return (await stat(path)).isDirectory() ? await fileSystemFacts(path) : undefined;
  } catch {
    return undefined;
  }
}
