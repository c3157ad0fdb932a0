import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { BuildFault } from "./build-fault.mjs";

/**
 * Finds one file in the unpacked packages. Releases differ in whether it lies under / or /usr.
 *
 * @param {readonly string[]} directories
 * @param {string} path without a leading slash
 */
export function findFile(directories, path) {
  for (const directory of directories) {
    for (const candidate of [join(directory, path), join(directory, "usr", path)]) {
      if (existsSync(candidate)) return realpathSync(candidate);
    }
  }
  throw new BuildFault(`none of the packages holds ${path}`);
}

/**
 * Finds the one directory below `parent` in the unpacked packages, e.g. the modules of a kernel.
 *
 * @param {readonly string[]} directories
 * @param {string} parent
 */
export function findOnlyChild(directories, parent) {
  const path = findFile(directories, parent);
  const [child, ...others] = readdirSync(path);
  if (child === undefined || others.length > 0) {
    throw new BuildFault(`${parent} was to hold one directory`);
  }
  return { name: child, path: join(path, child) };
}
