import type { Stats } from "node:fs";
import { readlink, stat } from "node:fs/promises";
import { DirectoryCursor, joinBytes } from "./directory-cursor.ts";
import type { NamedPath } from "./host-path.ts";

/** One thing that a walk came by. */
export interface WalkItem {
  /** As the caller would spell it, byte for byte. */
  readonly path: Buffer;
  /** Below the root of the walk; the root itself is `.`, or its base name when it is a file. */
  readonly relative: Buffer;
  readonly hostPath: Buffer;
  /** 0 is the root. */
  readonly depth: number;
  readonly stats: Stats | undefined;
  /** What a symbolic link holds. */
  readonly link: Buffer | undefined;
  /** Why it, or what is in it, could not be read. */
  readonly error: unknown;
}

export interface WalkOptions {
  /** How deep to go; the root's entries are at depth 1. Default: to the end. */
  readonly maxDepth?: number;
}

interface OpenDirectory {
  readonly item: WalkItem;
  readonly cursor: DirectoryCursor;
}

const DOT = Buffer.from(".");

/**
 * Walks a tree: a directory before what is in it, names in the order of their bytes. A root that
 * is a link is followed, other links are not. What cannot be read is an item with an error; the
 * walk goes on. Memory: the names of the directories between the root and the present item.
 *
 * @throws what the file system says of the root
 */
export async function* walkFiles(
  root: NamedPath,
  options: WalkOptions = {},
): AsyncGenerator<WalkItem, void, undefined> {
  const { maxDepth = Number.POSITIVE_INFINITY } = options;
  const open: OpenDirectory[] = [];
  const enter = async (item: WalkItem): Promise<WalkItem> => {
    if (item.stats?.isDirectory() !== true || item.depth >= maxDepth) return item;
    try {
      open.push({ item, cursor: await DirectoryCursor.open(item.hostPath) });
      return item;
    } catch (error) {
      return { ...item, error };
    }
  };
  yield await enter(await rootItem(root));
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const entry = await top.cursor.next();
    if (entry === undefined) {
      open.pop();
      continue;
    }
    const { name, hostPath, stats } = entry;
    const found = stats instanceof Error ? { stats: undefined, error: stats } : { stats };
    const parent = top.item;
    yield await enter(
      await withLink({
        path: joinBytes(parent.path, name),
        relative: parent.depth === 0 ? name : joinBytes(parent.relative, name),
        hostPath,
        depth: parent.depth + 1,
        link: undefined,
        error: undefined,
        ...found,
      }),
    );
  }
}

async function rootItem({ path, hostPath }: NamedPath): Promise<WalkItem> {
  const stats = await stat(hostPath);
  const bytes = Buffer.from(path);
  const base = bytes.subarray(bytes.lastIndexOf("/") + 1);
  return {
    path: bytes,
    relative: stats.isDirectory() ? DOT : base,
    hostPath,
    depth: 0,
    stats,
    link: undefined,
    error: undefined,
  };
}

async function withLink(item: WalkItem): Promise<WalkItem> {
  if (item.stats?.isSymbolicLink() !== true) return item;
  try {
    return { ...item, link: await readlink(item.hostPath, { encoding: "buffer" }) };
  } catch (error) {
    return { ...item, error };
  }
}
