/** Sizes and places on the disk, in bytes. */
const MIB = 1024 * 1024;

export const SECTOR_BYTES = 512;

/**
 * The image's own size. A machine's disk may be larger: the guest grows its root partition to the
 * end of the disk at boot.
 */
export const DISK_BYTES = 256 * MIB;

export const BOOT_PARTITION = { offset: MIB, bytes: 31 * MIB };
export const ROOT_PARTITION = { offset: 32 * MIB, bytes: DISK_BYTES - 32 * MIB };

const FAT16_LBA = 0x0e;
const LINUX = 0x83;
const ACTIVE = 0x80;

/**
 * Writes the first sector: the boot program that starts the active partition, and the table.
 *
 * @param {Buffer} bootProgram mbr.bin of syslinux
 * @returns {Buffer}
 */
export function writeMasterBootRecord(bootProgram) {
  const sector = Buffer.alloc(SECTOR_BYTES);
  bootProgram.copy(sector, 0, 0, 440);
  sector.write("SBOX", 440, "latin1");
  writePartition(sector, 446, ACTIVE, FAT16_LBA, BOOT_PARTITION);
  writePartition(sector, 462, 0, LINUX, ROOT_PARTITION);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/**
 * @param {Buffer} sector
 * @param {number} at
 * @param {number} flag
 * @param {number} type
 * @param {{ offset: number, bytes: number }} partition
 */
function writePartition(sector, at, flag, type, { offset, bytes }) {
  // Cylinder, head and sector at their maximum: "use the linear address".
  const noGeometry = Buffer.from([0xfe, 0xff, 0xff]);
  sector.writeUInt8(flag, at);
  noGeometry.copy(sector, at + 1);
  sector.writeUInt8(type, at + 4);
  noGeometry.copy(sector, at + 5);
  sector.writeUInt32LE(offset / SECTOR_BYTES, at + 8);
  sector.writeUInt32LE(bytes / SECTOR_BYTES, at + 12);
}
