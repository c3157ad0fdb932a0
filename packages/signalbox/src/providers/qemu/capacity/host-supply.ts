import { statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import type { Supply } from "./ledger.ts";

/** How much more may be promised than there is, and what is kept back for the host. */
export interface SupplyPolicy {
  readonly cpuOvercommit: number;
  readonly memoryOvercommit: number;
  /** Disks are sparse: what machines have not written costs nothing. */
  readonly diskOvercommit: number;
  /** Memory that is never promised, in bytes. */
  readonly memoryReserveBytes: number;
}

/** Reads what the host has; `directory` tells which file system. */
export async function readHostSupply(directory: string, policy: SupplyPolicy): Promise<Supply> {
  const disk = await statfs(directory);
  const memoryBytes = Math.max(0, totalmem() - policy.memoryReserveBytes);
  return {
    cpus: Math.floor(availableParallelism() * policy.cpuOvercommit),
    memoryBytes: Math.floor(memoryBytes * policy.memoryOvercommit),
    // Of the whole file system, not of its free part: what machines wrote is part of what they hold.
    diskBytes: Math.floor(disk.blocks * disk.bsize * policy.diskOvercommit),
  };
}

/** Free bytes of the file system for an unprivileged user. */
export async function readFreeDiskBytes(directory: string): Promise<number> {
  const disk = await statfs(directory);
  return disk.bavail * disk.bsize;
}
