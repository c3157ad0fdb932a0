import { closeSync, openSync, readSync } from "node:fs";
import { fail, ok, type Result } from "@signalbox/base";

const MAGIC = 0x514649fb;
const HEADER_BYTES = 32;

/** Size of the disk that a qcow2 image holds, in bytes, out of its first 32 bytes. */
export function parseQcow2VirtualBytes(header: Buffer): Result<number> {
  if (header.length < HEADER_BYTES || header.readUInt32BE(0) !== MAGIC) {
    return fail("not a qcow2 image");
  }
  const bytes = header.readBigUInt64BE(24);
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) return fail("a disk larger than any");
  return ok(Number(bytes));
}

/** The same of a file; one that cannot be read is an error like any other. */
export function readQcow2VirtualBytes(path: string): Result<number> {
  try {
    const file = openSync(path, "r");
    try {
      const header = Buffer.alloc(HEADER_BYTES);
      const bytes = readSync(file, header, 0, HEADER_BYTES, 0);
      return parseQcow2VirtualBytes(header.subarray(0, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return fail("the file cannot be read");
  }
}
