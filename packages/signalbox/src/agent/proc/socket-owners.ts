import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readKernelLine, readKernelLink } from "./kernel-file.ts";
import { mapBounded } from "./map-bounded.ts";
import { readPids } from "./process-list.ts";

/** A process that holds a socket. */
export interface SocketOwner {
  readonly pid: number;
  readonly name: string;
}

const AT_ONCE = 16;

/** Inode of a socket → the first process that holds it, of those whose files we may list. */
export async function readSocketOwners(proc: string): Promise<ReadonlyMap<bigint, SocketOwner>> {
  const pids = await readPids(proc);
  const held = await mapBounded(pids, AT_ONCE, async (pid) => {
    const folder = join(proc, `${pid}`);
    const inodes = await readSocketInodes(join(folder, "fd"));
    if (inodes.length === 0) return [];
    const name = (await readKernelLine(join(folder, "comm"))) ?? "";
    return inodes.map((inode) => [inode, { pid, name }] as const);
  });
  // Backwards, so that the first one stays.
  return new Map(held.flat().reverse());
}

async function readSocketInodes(folder: string): Promise<readonly bigint[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const links = await Promise.all(names.map((name) => readKernelLink(join(folder, name))));
  return links.flatMap((link) => {
    const [, inode] = /^socket:\[(\d{1,20})\]$/.exec(link ?? "") ?? [];
    return inode === undefined ? [] : [BigInt(inode)];
  });
}
