import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { completeTree, entriesFromDirectory } from "./file-tree.mjs";
import { DEVICE_MODULES, DISK_MODULES, moduleIndex } from "./kernel-modules.mjs";
import { findFile } from "./package-files.mjs";
import { runTool } from "./run-tool.mjs";

/** @typedef {import("./file-tree.mjs").TreeEntry} TreeEntry */

/**
 * @typedef {object} TreeParts
 * @property {readonly string[]} packages directories of unpacked packages
 * @property {{ name: string, path: string }} modules version and directory of the kernel's modules
 * @property {string} workDirectory
 */

const HERE = dirname(fileURLToPath(import.meta.url));

/** What resize2fs is linked against. */
const RESIZE_LIBRARIES = [
  "lib/x86_64-linux-gnu/libe2p.so.2",
  "lib/x86_64-linux-gnu/libext2fs.so.2",
  "lib/x86_64-linux-gnu/libcom_err.so.2",
  "lib/x86_64-linux-gnu/libc.so.6",
];

/** The commands of `initramfs/init`; busybox would take longer to link all of its own. */
const INITRAMFS_APPLETS = [
  ...["blockdev", "dd", "modprobe", "mount", "switch_root", "umount", "usleep"],
];

/** Where mounts go, and what programs expect to be there. */
const EMPTY_DIRECTORIES = [
  "dev",
  "proc",
  "sys",
  "run",
  "mnt",
  "var/lib/cloud",
  "var/lib/signalbox-guest",
  "var/log",
];

/**
 * The first root file system: loads the disk's driver and hands over to the disk.
 *
 * @param {TreeParts} parts
 * @returns {TreeEntry[]}
 */
export function initramfsTree(parts) {
  return completeTree([
    ...directories(["dev", "proc", "sys", "root"]),
    ...entriesFromDirectory(join(HERE, "initramfs")),
    executable("bin/busybox", findFile(parts.packages, "bin/busybox")),
    ...INITRAMFS_APPLETS.map((name) => symlink(`bin/${name}`, "busybox")),
    ...moduleEntries(parts, "initramfs", DISK_MODULES),
  ]);
}

/**
 * The root file system on the disk.
 *
 * @param {TreeParts} parts
 * @returns {TreeEntry[]}
 */
export function rootTree(parts) {
  const busybox = findFile(parts.packages, "bin/busybox");
  const applets = runTool(busybox, ["--list-full"]).trim().split("\n");
  return completeTree([
    ...directories(EMPTY_DIRECTORIES),
    { kind: "directory", path: "tmp", mode: 0o1777 },
    { kind: "directory", path: "root", mode: 0o700 },
    ...applets.map((path) => symlink(path, "/bin/busybox")),
    executable("bin/busybox", busybox),
    ...resizeTool(parts.packages),
    ...moduleEntries(parts, "root", [...DISK_MODULES, ...DEVICE_MODULES]),
    ...entriesFromDirectory(join(HERE, "rootfs")),
    { kind: "file", path: "etc/shadow", mode: 0o600, source: join(HERE, "rootfs/etc/shadow") },
    symlink("var/run", "/run"),
    symlink("etc/resolv.conf", "/run/resolv.conf"),
  ]);
}

/**
 * @param {readonly string[]} packages
 * @returns {TreeEntry[]}
 */
function resizeTool(packages) {
  const loader = "lib64/ld-linux-x86-64.so.2";
  return [
    executable("sbin/resize2fs", findFile(packages, "sbin/resize2fs")),
    executable(loader, findFile(packages, loader)),
    ...RESIZE_LIBRARIES.map((path) => executable(path, findFile(packages, path))),
  ];
}

/**
 * Module files where modprobe looks for them, and what it has to know of them.
 *
 * @param {TreeParts} parts
 * @param {string} treeName tells the files of this tree in the work directory from another's
 * @param {readonly string[]} names
 * @returns {TreeEntry[]}
 */
function moduleEntries({ modules, workDirectory }, treeName, names) {
  const directory = `lib/modules/${modules.name}`;
  const { files, dependencies, aliases } = moduleIndex(modules.path, names);
  const staged = join(workDirectory, `${treeName}-modules`);
  writeFileSync(`${staged}.dep`, dependencies);
  writeFileSync(`${staged}.alias`, aliases);
  return [
    regular(`${directory}/modules.dep`, `${staged}.dep`),
    regular(`${directory}/modules.alias`, `${staged}.alias`),
    ...files.map((file) => regular(`${directory}/${basename(file)}`, file)),
  ];
}

/** @param {readonly string[]} paths @returns {TreeEntry[]} */
function directories(paths) {
  return paths.map((path) => ({ kind: "directory", path, mode: 0o755 }));
}

/** @param {string} path @param {string} source @returns {TreeEntry} */
function executable(path, source) {
  return { kind: "file", path, mode: 0o755, source };
}

/** @param {string} path @param {string} source @returns {TreeEntry} */
function regular(path, source) {
  return { kind: "file", path, mode: 0o644, source };
}

/** @param {string} path @param {string} target @returns {TreeEntry} */
function symlink(path, target) {
  return { kind: "symlink", path, target };
}
