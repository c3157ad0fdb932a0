import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT_PARTITION } from "./disk-layout.mjs";
import { runTool } from "./run-tool.mjs";
import { SOURCE_TIME } from "./source-time.mjs";

/** @typedef {import("./file-tree.mjs").TreeEntry} TreeEntry */

const ROOT_UUID = "5b0c5b0c-0000-4000-8000-000000000001";
const HASH_SEED = "5b0c5b0c-0000-4000-8000-000000000002";

/** Says every feature, so that the host's own mke2fs.conf does not count. */
const MKE2FS_CONFIG = `[defaults]
base_features = sparse_super,large_file,filetype,resize_inode,dir_index,ext_attr
blocksize = 4096
inode_size = 256
inode_ratio = 16384
[fs_types]
ext4 = {
features = has_journal,extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize
}
`;

/**
 * Writes the ext4 root file system into the disk.
 *
 * Files are put in with debugfs: unlike `mke2fs -d` it makes root the owner whoever runs it.
 *
 * @param {object} parts
 * @param {string} parts.disk
 * @param {readonly TreeEntry[]} parts.tree
 * @param {string} parts.workDirectory
 */
export function writeRootPartition({ disk, tree, workDirectory }) {
  const config = join(workDirectory, "mke2fs.conf");
  writeFileSync(config, MKE2FS_CONFIG);
  const env = { MKE2FS_CONFIG: config, E2FSPROGS_FAKE_TIME: `${SOURCE_TIME}` };
  const { offset, bytes } = ROOT_PARTITION;
  const options = `offset=${offset},hash_seed=${HASH_SEED},root_owner=0:0,lazy_itable_init=0,nodiscard`;
  runTool(
    "mke2fs",
    // biome-ignore format: pairs of option and value
    ["-q", "-F", "-t", "ext4", "-L", "signalbox-root", "-U", ROOT_UUID, "-m", "0", "-J", "size=8",
      "-E", options, disk, `${bytes / 1024}k`],
    { env },
  );
  const script = join(workDirectory, "debugfs.script");
  writeFileSync(script, tree.flatMap(commandsFor).join("\n"));
  const output = runTool("debugfs", ["-w", "-f", script, `${disk}?offset=${offset}`], { env });
  assertAllDone(output);
}

/** @param {TreeEntry} entry */
function commandsFor(entry) {
  const path = `/${entry.path}`;
  switch (entry.kind) {
    case "directory":
      return [`mkdir "${path}"`, `sif "${path}" mode 04${entry.mode.toString(8).padStart(4, "0")}`];
    case "file":
      return [
        `write "${entry.source}" "${path}"`,
        `sif "${path}" mode 010${entry.mode.toString(8).padStart(4, "0")}`,
      ];
    case "symlink":
      return [`symlink "${path}" "${entry.target}"`];
  }
}

/**
 * debugfs ends with 0 whatever its commands did; it echoes them and then what they complain of.
 *
 * @param {string} output
 */
function assertAllDone(output) {
  const complaints = output
    .split("\n")
    .filter((line) => line !== "" && !/^(debugfs: |Allocated inode: |debugfs \d)/.test(line));
  if (complaints.length > 0) throw new Error(`debugfs: ${complaints.join("; ")}`);
}
