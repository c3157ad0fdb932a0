import type { Stats } from "node:fs";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type FileInfoSchema, type ListRequest, ListRequest_Type } from "#gen/machine/files_pb.js";
import { goFileMode } from "../../node-api/go-file-mode.ts";
import { fileError, fileErrorText } from "./file-error.ts";
import { type NamedPath, namePath } from "./host-path.ts";
import type { ExtendedAttribute } from "./parse-attributes.ts";
import { readAttributes } from "./read-attributes.ts";
import { type WalkItem, walkFiles } from "./walk-files.ts";

type FileInfo = MessageInitShape<typeof FileInfoSchema>;

/** How many files are asked for their attributes at a time. */
const ATTRIBUTES_BATCH = 64;

/**
 * The entries of a directory, or of all below it (node-api §4.2, List). The filter of types leaves
 * out the root as well.
 *
 * @throws GrpcError when the root cannot be read
 */
export async function* listFiles(
  fsRoot: string,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<FileInfo, void, undefined> {
  const root = namePath(fsRoot, request.root);
  const items = wantedItems(root, request, signal);
  try {
    if (request.reportXattrs) yield* withAttributes(items, signal);
    else for await (const item of items) yield fileInfo(item);
  } catch (error) {
    throw fileError(error, root.path);
  }
}

async function* wantedItems(
  root: NamedPath,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<WalkItem, void, undefined> {
  const isWanted = typeFilter(request.types);
  for await (const item of walkFiles(root, { maxDepth: maxDepth(request, root) })) {
    // Much may be walked between two answers.
    if (signal.aborted) return;
    const { stats, error } = item;
    if (error !== undefined || (stats !== undefined && isWanted(stats))) yield item;
  }
}

async function* withAttributes(
  items: AsyncIterable<WalkItem>,
  signal: AbortSignal,
): AsyncGenerator<FileInfo, void, undefined> {
  for await (const batch of inBatches(items, ATTRIBUTES_BATCH)) {
    const attributes = await readAttributes(
      batch.map(({ hostPath }) => hostPath),
      signal,
    );
    for (const item of batch) {
      yield fileInfo(item, attributes.get(item.hostPath.toString("latin1")));
    }
  }
}

async function* inBatches<T>(
  items: AsyncIterable<T>,
  size: number,
): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Depth is counted in slashes, of which `/` has one already: it yields one level more. */
function maxDepth({ recurse, recursionDepth }: ListRequest, root: NamedPath): number {
  if (!recurse) return 1;
  if (recursionDepth <= 0) return Number.POSITIVE_INFINITY;
  return root.path === "/" ? recursionDepth + 1 : recursionDepth;
}

function typeFilter(types: readonly ListRequest_Type[]): (stats: Stats) => boolean {
  if (types.length === 0) return () => true;
  const wanted = new Set(types);
  return (stats) =>
    (wanted.has(ListRequest_Type.REGULAR) && stats.isFile()) ||
    (wanted.has(ListRequest_Type.DIRECTORY) && stats.isDirectory()) ||
    (wanted.has(ListRequest_Type.SYMLINK) && stats.isSymbolicLink());
}

function fileInfo(item: WalkItem, attributes: readonly ExtendedAttribute[] = []): FileInfo {
  const { stats, error } = item;
  if (stats === undefined || error !== undefined) return failed(item);
  return described(item, stats, attributes);
}

function failed(item: WalkItem): FileInfo {
  const name = item.path.toString();
  return {
    name,
    relativeName: item.relative.toString(),
    error: fileErrorText(item.error, name),
  };
}

function described(
  item: WalkItem,
  stats: Stats,
  attributes: readonly ExtendedAttribute[],
): FileInfo {
  return {
    name: item.path.toString(),
    relativeName: item.relative.toString(),
    size: BigInt(stats.size),
    mode: goFileMode(stats.mode),
    modified: BigInt(Math.floor(stats.mtimeMs / 1000)),
    isDir: stats.isDirectory(),
    link: item.link?.toString() ?? "",
    uid: stats.uid,
    gid: stats.gid,
    xattrs: [...attributes],
  };
}
