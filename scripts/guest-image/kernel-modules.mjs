import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { BuildFault } from "./build-fault.mjs";

/** Loaded before the root file system is there: the disk itself. */
export const DISK_MODULES = ["virtio_pci", "virtio_blk", "virtio_scsi", "ata_piix", "sd_mod"];

/** Loaded once the root file system is mounted. */
export const DEVICE_MODULES = [
  "virtio_net",
  "virtio-rng",
  "virtio_balloon",
  "virtio_console",
  "qemu_fw_cfg",
  // The power button, and how user space hears of it.
  "button",
  "evdev",
  // The seed: CD drives, and what may be on the volume.
  "sr_mod",
  "isofs",
  "vfat",
  "nls_cp437",
  "nls_ascii",
  "nls_utf8",
];

/**
 * Lists the module files that `names` need, dependencies first.
 *
 * modules.dep is written by depmod when a kernel is installed, so an unpacked package lacks it;
 * the modules themselves say what they need.
 *
 * @param {string} moduleDirectory lib/modules/VERSION of the unpacked package
 * @param {readonly string[]} names
 * @returns {string[]} absolute paths in loading order
 */
export function modulesInLoadingOrder(moduleDirectory, names) {
  const available = indexModules(moduleDirectory);
  const builtin = readModuleNames(join(moduleDirectory, "modules.builtin"));
  /** @type {Map<string, string>} */
  const ordered = new Map();
  /** @param {string} name */
  const visit = (name) => {
    const key = canonical(name);
    if (ordered.has(key) || builtin.has(key)) return;
    const file = available.get(key);
    if (file === undefined) throw new BuildFault(`the kernel package has no module ${name}`);
    for (const dependency of dependenciesOf(file)) visit(dependency);
    ordered.set(key, file);
  };
  for (const name of names) visit(name);
  return [...ordered.values()];
}

/** @param {string} moduleDirectory */
function indexModules(moduleDirectory) {
  const paths = readFileSync(join(moduleDirectory, "modules.order"), "utf8").trim().split("\n");
  return new Map(
    paths.map((path) => [
      canonical(basename(path).replace(/\.k?o$/, "")),
      join(moduleDirectory, path.replace(/\.o$/, ".ko")),
    ]),
  );
}

/** @param {string} file */
function readModuleNames(file) {
  const paths = readFileSync(file, "utf8").trim().split("\n");
  return new Set(paths.map((path) => canonical(basename(path, ".ko"))));
}

/**
 * The `depends=` line of the module's .modinfo section. Soft dependencies are checksum drivers
 * that the kernel holds already.
 *
 * @param {string} file
 */
function dependenciesOf(file) {
  const content = readFileSync(file, "latin1");
  const match = /\0depends=([^\0]*)\0/.exec(content);
  return (match?.[1] ?? "").split(",").filter((name) => name !== "");
}

/** The kernel treats `-` and `_` in module names as one. @param {string} name */
function canonical(name) {
  return name.replaceAll("-", "_");
}
