import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DiskUsageInfoSchema, DiskUsageRequest } from "#gen/machine/files_pb.js";
import { fileErrorText } from "./file-error.ts";
import { type NamedPath, namePath } from "./host-path.ts";
import { isKernelMemory } from "./is-kernel-memory.ts";
import { type WalkItem, walkFiles } from "./walk-files.ts";

type DiskUsageInfo = MessageInitShape<typeof DiskUsageInfoSchema>;

/** A directory that the walk is inside of, and what it has come to so far. */
interface OpenDirectory {
  readonly item: WalkItem;
  size: number;
}

/**
 * What files and directories take, in bytes, each directory behind what is in it and with the sum
 * of that (node-api §4.2, DiskUsage). All paths are answered, not only the first.
 */
export async function* diskUsage(
  fsRoot: string,
  request: DiskUsageRequest,
  signal: AbortSignal,
): AsyncGenerator<DiskUsageInfo, void, undefined> {
  for (const asked of request.paths) {
    const root = namePath(fsRoot, asked);
    try {
      yield* usageOf(root, request, signal);
    } catch (error) {
      if (signal.aborted) return;
      yield { name: root.path, relativeName: root.path, error: fileErrorText(error, root.path) };
    }
  }
}

async function* usageOf(
  root: NamedPath,
  request: DiskUsageRequest,
  signal: AbortSignal,
): AsyncGenerator<DiskUsageInfo, void, undefined> {
  const isShown = shownFilter(root, request);
  const open: OpenDirectory[] = [];
  const add = (size: number): void => {
    const parent = open.at(-1);
    if (parent !== undefined) parent.size += size;
  };
  const closeDownTo = function* (depth: number): Generator<DiskUsageInfo, void, undefined> {
    for (let top = open.at(-1); top !== undefined && top.item.depth >= depth; top = open.at(-1)) {
      open.pop();
      add(top.size);
      if (isShown(top.item, top.size)) yield described(top.item, top.size);
    }
  };
  for await (const item of walkFiles(root)) {
    // Much may be walked between two answers.
    if (signal.aborted) return;
    yield* closeDownTo(item.depth);
    if (item.error !== undefined) yield failed(item);
    const size = sizeOf(item);
    if (item.stats?.isDirectory() === true) {
      open.push({ item, size });
    } else if (item.error === undefined) {
      add(size);
      if (isShown(item, size)) yield described(item, size);
    }
  }
  yield* closeDownTo(0);
}

function sizeOf({ stats, path }: WalkItem): number {
  return stats === undefined || isKernelMemory(path) ? 0 : stats.size;
}

/** Depth is counted in slashes, as in List: below `/` it is one less. */
function shownFilter(
  root: NamedPath,
  { recursionDepth, all, threshold }: DiskUsageRequest,
): (item: WalkItem, size: number) => boolean {
  const least = threshold > 0n ? Number(threshold) : 0;
  const most = threshold < 0n ? -Number(threshold) : Number.POSITIVE_INFINITY;
  const lessDepth = root.path === "/" ? 1 : 0;
  return ({ depth, stats }, size) => {
    if (recursionDepth > 0 && Math.max(0, depth - lessDepth) >= recursionDepth) return false;
    if (stats?.isDirectory() !== true && !all) return false;
    return size >= least && size <= most;
  };
}

function failed(item: WalkItem): DiskUsageInfo {
  const name = item.path.toString();
  return {
    name,
    relativeName: item.relative.toString(),
    error: fileErrorText(item.error, name),
  };
}

function described(item: WalkItem, size: number): DiskUsageInfo {
  return {
    name: item.path.toString(),
    relativeName: item.relative.toString(),
    size: BigInt(size),
  };
}
