import type { Stats } from "node:fs";
import { fileErrorText } from "./file-error.ts";
import type { NamedPath } from "./host-path.ts";
import { isKernelMemory } from "./is-kernel-memory.ts";
import { type OpenFile, openRegularFile, readSome } from "./open-regular-file.ts";
import { type TarEntry, tarEnd, tarHeader, tarPadding, type TarType } from "./tar-header.ts";
import { type WalkItem, walkFiles } from "./walk-files.ts";

const CHUNK_BYTES = 64 * 1024;

/**
 * Files that claim to be no larger are read before their header is written: those of /proc say 0
 * and those of /sys 4096 bytes, whatever they hold.
 */
const READ_FIRST_BYTES = 1024 * 1024;

/** Told of each file that is missing from the archive or not whole in it, and why. */
export type ArchiveFault = (text: string) => void;

/**
 * A tree as a tar archive: names below the root, the root itself left out, directories with a
 * slash at their end (node-api §4.2, Copy). Sockets have no place in an archive. What cannot be
 * read is left out and told.
 *
 * @throws what the file system says of the root
 */
export async function* archiveFiles(
  root: NamedPath,
  onFault: ArchiveFault,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const item of walkFiles(root)) {
    const { stats, error } = item;
    if (error !== undefined) onFault(fileErrorText(error, item.path.toString()));
    if (stats === undefined || (item.depth === 0 && stats.isDirectory())) continue;
    if (stats.isFile()) yield* archivedFile(item, onFault);
    else yield* archivedOther(item, stats);
  }
  yield tarEnd();
}

function* archivedOther(item: WalkItem, stats: Stats): Generator<Buffer, void, undefined> {
  const type = otherType(stats);
  if (type === undefined || (type === "symlink" && item.link === undefined)) return;
  yield tarHeader({
    ...common(item, stats),
    type,
    size: 0,
    ...(type === "directory" ? { name: Buffer.concat([item.relative, Buffer.from("/")]) } : {}),
    ...(item.link === undefined ? {} : { link: item.link }),
    ...(type === "character" || type === "block" ? { device: deviceOf(stats.rdev) } : {}),
  });
}

async function* archivedFile(
  item: WalkItem,
  onFault: ArchiveFault,
): AsyncGenerator<Buffer, void, undefined> {
  const path = item.path.toString();
  if (isKernelMemory(item.path)) {
    onFault(`${path}: is the memory of the kernel`);
    return;
  }
  try {
    await using file = await openRegularFile(item.hostPath, { followsLinks: item.depth === 0 });
    if (file.stats.size > READ_FIRST_BYTES) {
      yield* largeFile(item, file, onFault);
      return;
    }
    const { content, isCut } = await readWhole(file);
    if (isCut) onFault(`${path}: is longer than it says; cut`);
    const entry = { ...common(item, file.stats), type: "file", size: content.length } as const;
    yield Buffer.concat([tarHeader(entry), content, tarPadding(content.length)]);
  } catch (error) {
    onFault(fileErrorText(error, path));
  }
}

/** As many bytes as the header promises, even when the file changes meanwhile. */
async function* largeFile(
  item: WalkItem,
  { handle, stats }: OpenFile,
  onFault: ArchiveFault,
): AsyncGenerator<Buffer, void, undefined> {
  const { size } = stats;
  yield tarHeader({ ...common(item, stats), type: "file", size });
  let left = size;
  while (left > 0) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await readSome(handle, chunk, Math.min(left, CHUNK_BYTES)).catch(() => 0);
    if (length === 0) break;
    left -= length;
    yield chunk.subarray(0, length);
  }
  if (left > 0)
    onFault(`${item.path.toString()}: shrank or failed while it was read; ends in zeros`);
  for (; left > 0; left -= CHUNK_BYTES) yield Buffer.alloc(Math.min(left, CHUNK_BYTES));
  yield tarPadding(size);
}

/** All that there is, but no more than a limit: some files of the kernel never end. */
async function readWhole({ handle }: OpenFile): Promise<{ content: Buffer; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total <= READ_FIRST_BYTES) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = await readSome(handle, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  const content = Buffer.concat(chunks).subarray(0, READ_FIRST_BYTES);
  return { content, isCut: total > READ_FIRST_BYTES };
}

function common(
  item: WalkItem,
  stats: Stats,
): Pick<TarEntry, "name" | "mode" | "uid" | "gid" | "modified"> {
  return {
    name: item.relative,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    modified: Math.floor(stats.mtimeMs / 1000),
  };
}

function otherType(stats: Stats): TarType | undefined {
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isCharacterDevice()) return "character";
  if (stats.isBlockDevice()) return "block";
  if (stats.isFIFO()) return "fifo";
  return undefined;
}

/** The kernel's device number is 64 bits, with the two parts in two pieces each (makedev(3)). */
function deviceOf(number: number): { major: number; minor: number } {
  const bits = BigInt(number);
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & ~0xfffn);
  const minor = (bits & 0xffn) | ((bits >> 12n) & ~0xffn);
  return { major: Number(major & 0xffffffffn), minor: Number(minor & 0xffffffffn) };
}
