import type { Stats } from "node:fs";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type FileInfoSchema, type ListRequest, ListRequest_Type } from "#gen/machine/files_pb.js";
import { goFileMode } from "../../node-api/go-file-mode.ts";
import { fileError, fileErrorText } from "./file-error.ts";
import { type NamedPath, namePath } from "./host-path.ts";
import { type WalkItem, walkFiles } from "./walk-files.ts";

type FileInfo = MessageInitShape<typeof FileInfoSchema>;

/**
 * The entries of a directory, or of all below it (node-api §4.2, List). The filter of types leaves
 * out the root as well. Extended attributes are never told: Node cannot read them.
 *
 * @throws GrpcError when the root cannot be read
 */
export async function* listFiles(
  fsRoot: string,
  request: ListRequest,
  signal: AbortSignal,
): AsyncGenerator<FileInfo, void, undefined> {
  const root = namePath(fsRoot, request.root);
  const isWanted = typeFilter(request.types);
  try {
    for await (const item of walkFiles(root, { maxDepth: maxDepth(request, root) })) {
      // Much may be walked between two answers.
      if (signal.aborted) return;
      if (item.stats === undefined || item.error !== undefined) yield failed(item);
      else if (isWanted(item.stats)) yield described(item, item.stats);
    }
  } catch (error) {
    throw fileError(error, root.path);
  }
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

function failed(item: WalkItem): FileInfo {
  const name = item.path.toString();
  return {
    name,
    relativeName: item.relative.toString(),
    error: fileErrorText(item.error, name),
  };
}

function described(item: WalkItem, stats: Stats): FileInfo {
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
  };
}
