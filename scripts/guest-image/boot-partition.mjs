import { copyFileSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BOOT_PARTITION, SECTOR_BYTES } from "./disk-layout.mjs";
import { findFile } from "./package-files.mjs";
import { runTool } from "./run-tool.mjs";
import { SOURCE_TIME } from "./source-time.mjs";

/**
 * Kernel messages go to the serial port; a panic restarts the machine rather than hanging it. The
 * kernel's tests of its own ciphers would be a twentieth of an emulated boot, and that it clears
 * every page also where data of the disk overwrites it at once, another.
 */
const SYSLINUX_CONFIG = `DEFAULT linux
PROMPT 0
TIMEOUT 0
LABEL linux
  LINUX vmlinuz
  INITRD initrd
  APPEND console=ttyS0,115200 panic=10 net.ifnames=0 cryptomgr.notests init_on_alloc=0
`;

/**
 * Writes a FAT file system with boot loader, kernel and first root file system into the disk.
 *
 * @param {object} parts
 * @param {string} parts.disk
 * @param {readonly string[]} parts.packages directories of unpacked packages
 * @param {string} parts.kernel
 * @param {Buffer} parts.initramfs
 * @param {string} parts.workDirectory
 */
export function writeBootPartition({ disk, packages, kernel, initramfs, workDirectory }) {
  const staging = join(workDirectory, "boot");
  mkdirSync(staging);
  copyFileSync(kernel, join(staging, "vmlinuz"));
  writeFileSync(join(staging, "initrd"), initramfs);
  writeFileSync(join(staging, "syslinux.cfg"), SYSLINUX_CONFIG);
  const files = ["vmlinuz", "initrd", "syslinux.cfg"].map((name) => join(staging, name));
  for (const file of files) utimesSync(file, SOURCE_TIME, SOURCE_TIME);

  const tools = {
    path: [dirname(findFile(packages, "bin/mtools")), dirname(findFile(packages, "bin/syslinux"))],
    // mtools otherwise warns about, and reads, whatever the user's own configuration says.
    env: { MTOOLS_SKIP_CHECK: "1", MTOOLSRC: "/dev/null", SOURCE_DATE_EPOCH: `${SOURCE_TIME}` },
  };
  const volume = `${disk}@@${BOOT_PARTITION.offset}`;
  runTool("mformat", ["-i", volume, ...geometry(), "-v", "BOOT", "-N", "5B0C5B0C", "::"], tools);
  runTool("mcopy", ["-i", volume, "-m", ...files, "::"], tools);
  runTool("syslinux", ["--install", "--offset", `${BOOT_PARTITION.offset}`, disk], tools);
}

/** One track of 32 sectors a MiB/64: any geometry whose product is the partition's size. */
function geometry() {
  const sectors = 32;
  const heads = 64;
  const tracks = BOOT_PARTITION.bytes / SECTOR_BYTES / (sectors * heads);
  const hidden = BOOT_PARTITION.offset / SECTOR_BYTES;
  return ["-t", `${tracks}`, "-h", `${heads}`, "-s", `${sectors}`, "-H", `${hidden}`];
}
