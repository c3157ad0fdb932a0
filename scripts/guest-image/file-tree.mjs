import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A file of the guest, all owned by root. `source` is a file of the host.
 *
 * @typedef {{ kind: "directory", path: string, mode: number }
 *   | { kind: "file", path: string, mode: number, source: string }
 *   | { kind: "symlink", path: string, target: string }} TreeEntry
 */

/**
 * Turns a list of entries into a tree: sorted, so that equal inputs give equal images, and with
 * every parent directory present exactly once.
 *
 * @param {readonly TreeEntry[]} entries later ones replace earlier ones of the same path
 * @returns {TreeEntry[]} parents before children
 */
export function completeTree(entries) {
  /** @type {Map<string, TreeEntry>} */
  const byPath = new Map();
  for (const entry of entries) {
    for (const parent of parentsOf(entry.path)) {
      if (!byPath.has(parent)) byPath.set(parent, { kind: "directory", path: parent, mode: 0o755 });
    }
    byPath.set(entry.path, entry);
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param {string} path */
function parentsOf(path) {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/**
 * Lists the files below a directory of this repository, to appear under the same names in the
 * guest. What begins with `#!` becomes executable: modes need not survive every checkout.
 *
 * @param {string} directory
 * @returns {TreeEntry[]}
 */
export function entriesFromDirectory(directory) {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const source = join(entry.parentPath, entry.name);
      const path = source.slice(directory.length + 1);
      const executable = readFileSync(source).subarray(0, 2).toString("latin1") === "#!";
      return { kind: "file", path, mode: executable ? 0o755 : 0o644, source };
    });
}
