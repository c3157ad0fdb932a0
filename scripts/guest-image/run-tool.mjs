import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { BuildFault } from "./build-fault.mjs";

/** What must be on the host, and the Debian package that brings it. */
const HOST_TOOLS = {
  "apt-cache": "apt",
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
  mke2fs: "e2fsprogs",
  debugfs: "e2fsprogs",
  "qemu-img": "qemu-utils",
};

/** Unprivileged shells on Debian leave the directories of mke2fs and debugfs out of PATH. */
const SEARCH_PATH = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];

/** Fails with one error that names every missing tool and the packages to install. */
export function assertHostTools() {
  const missing = Object.entries(HOST_TOOLS).filter(([tool]) => !isExecutable(tool));
  if (missing.length === 0) return;
  const tools = missing.map(([tool, pkg]) => `${tool} (Debian package ${pkg})`).join(", ");
  const packages = [...new Set(missing.map(([, pkg]) => pkg))].join(" ");
  throw new BuildFault(`missing: ${tools}; try: sudo apt-get install ${packages}`);
}

/** @param {string} tool */
function isExecutable(tool) {
  return SEARCH_PATH.some((directory) => {
    try {
      accessSync(join(directory, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Runs one program to its end and returns what it printed.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, input?: string, path?: readonly string[] }} [options]
 *   `path` holds directories to search before the host's own.
 * @returns {string} standard output
 */
export function runTool(program, args, { cwd, env, input, path = [] } = {}) {
  const result = spawnSync(program, [...args], {
    cwd,
    input,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      LC_ALL: "C",
      TZ: "UTC",
      ...env,
      PATH: [...path, ...SEARCH_PATH].join(delimiter),
    },
  });
  if (result.error !== undefined) throw new BuildFault(`${program}: ${result.error.message}`);
  if (result.status !== 0) {
    throw new BuildFault(`${program} ${args.join(" ")} failed:\n${result.stderr.trim()}`);
  }
  return result.stdout;
}
