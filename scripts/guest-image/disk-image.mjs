import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { writeBootPartition } from "./boot-partition.mjs";
import { DISK_BYTES, writeMasterBootRecord } from "./disk-layout.mjs";
import { initramfsTree, rootTree } from "./guest-trees.mjs";
import { completeTree } from "./file-tree.mjs";
import { writeCpio } from "./cpio-archive.mjs";
import { findFile, findOnlyChild } from "./package-files.mjs";
import { writeRootPartition } from "./root-partition.mjs";
import { runTool } from "./run-tool.mjs";

/**
 * Puts the disk together out of unpacked packages and this repository's guest files.
 *
 * @param {object} parts
 * @param {readonly string[]} parts.packages
 * @param {readonly import("./file-tree.mjs").TreeEntry[]} parts.agent
 * @param {string} parts.workDirectory
 * @returns {string} path of the qcow2 image, in the work directory
 */
export function writeDisk({ packages, agent, workDirectory }) {
  const modules = findOnlyChild(packages, "lib/modules");
  const disk = join(workDirectory, "disk.raw");
  const file = openSync(disk, "w");
  ftruncateSync(file, DISK_BYTES);
  writeSync(file, writeMasterBootRecord(readFileSync(findFile(packages, "lib/SYSLINUX/mbr.bin"))));
  closeSync(file);

  const initramfs = writeCpio(initramfsTree({ packages, modules, workDirectory }));
  const kernel = findFile(packages, `boot/vmlinuz-${modules.name}`);
  writeBootPartition({ disk, packages, kernel, initramfs, workDirectory });
  const tree = completeTree([...rootTree({ packages, modules, workDirectory }), ...agent]);
  writeRootPartition({ disk, tree, workDirectory });

  const image = join(workDirectory, "guest.qcow2");
  runTool("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", disk, image]);
  return image;
}
