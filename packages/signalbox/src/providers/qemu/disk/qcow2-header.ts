import { closeSync, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
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

/** Where the fields end that say which other files an image refers to. */
const REFERENCES_END = 80;
const EXTERNAL_DATA_FILE = 1n << 2n;

/**
 * Why a qcow2 image that comes from outside must not even be shown to QEMU's programs: it names
 * other files, and some versions open these on merely being asked what the image is (CVE-2024-4467).
 * Undefined for an image that names none; what else is wrong with it is for `qemu-img` to say.
 */
export function findForeignReference(header: Buffer): string | undefined {
  if (header.length < HEADER_BYTES || header.readUInt32BE(0) !== MAGIC) return undefined;
  if (header.readBigUInt64BE(8) !== 0n) {
    return "the image refers to a backing file; flatten it first";
  }
  if (header.readUInt32BE(4) < 3 || header.length < REFERENCES_END) return undefined;
  const incompatible = header.readBigUInt64BE(72);
  return (incompatible & EXTERNAL_DATA_FILE) === 0n
    ? undefined
    : "the image keeps its data in another file";
}

/** The first bytes of a file, as many as `findForeignReference` looks at. */
export async function readQcow2Header(path: string): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(REFERENCES_END),
      0,
      REFERENCES_END,
      0,
    );
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Size of the disk in a file; one that cannot be read is an error like any other. */
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
