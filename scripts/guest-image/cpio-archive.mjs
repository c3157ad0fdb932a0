import { readFileSync } from "node:fs";
import { SOURCE_TIME } from "./source-time.mjs";

/** @typedef {import("./file-tree.mjs").TreeEntry} TreeEntry */

const FILE_TYPE = { directory: 0o040000, file: 0o100000, symlink: 0o120000 };

/**
 * Writes the "newc" archive that the kernel unpacks as its first root file system. Everything is
 * owned by root and has one fixed time, so equal trees give equal bytes.
 *
 * @param {readonly TreeEntry[]} tree
 * @returns {Buffer}
 */
export function writeCpio(tree) {
  const records = tree.map((entry, index) =>
    record(entry.path, modeOf(entry), dataOf(entry), index + 1),
  );
  return Buffer.concat([...records, record("TRAILER!!!", 0, Buffer.alloc(0), 0)]);
}

/** @param {TreeEntry} entry */
function modeOf(entry) {
  return FILE_TYPE[entry.kind] | (entry.kind === "symlink" ? 0o777 : entry.mode);
}

/** @param {TreeEntry} entry */
function dataOf(entry) {
  switch (entry.kind) {
    case "file":
      return readFileSync(entry.source);
    case "symlink":
      return Buffer.from(entry.target);
    case "directory":
      return Buffer.alloc(0);
  }
}

/**
 * @param {string} name
 * @param {number} mode
 * @param {Buffer} data
 * @param {number} inode
 */
function record(name, mode, data, inode) {
  const nameBytes = Buffer.from(`${name}\0`);
  const links = 1;
  const owner = 0;
  const device = 0;
  const checksum = 0;
  // biome-ignore format: the order of the format
  const fields = [
    inode, mode, owner, owner, links, SOURCE_TIME, data.length,
    device, device, device, device, nameBytes.length, checksum,
  ];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), nameBytes])), padded(data)]);
}

/** @param {Buffer} bytes */
function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
