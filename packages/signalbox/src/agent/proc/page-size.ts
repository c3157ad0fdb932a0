import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** `AT_PAGESZ` of getauxval(3). */
const PAGE_SIZE_ENTRY = 6n;
const DEFAULT_PAGE_SIZE = 4096n;

/** Bytes of a page, out of the auxiliary vector: pairs of 64-bit words in the machine's order. */
export function parsePageSize(auxv: Buffer): bigint | undefined {
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    if (auxv.readBigUInt64LE(at) === PAGE_SIZE_ENTRY) return auxv.readBigUInt64LE(at + 8);
  }
  return undefined;
}

/** The machine's; Node has no call for it. */
export async function readPageSize(proc: string): Promise<bigint> {
  const auxv = await readFile(join(proc, "self/auxv")).catch(() => Buffer.alloc(0));
  return parsePageSize(auxv) ?? DEFAULT_PAGE_SIZE;
}
