import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { BuildFault } from "./build-fault.mjs";

/** What the disk may need, before the root file system is there. */
export const DISK_MODULES = ["virtio_pci", "virtio_blk", "virtio_scsi", "ata_piix", "sd_mod"];

/** What else a machine may have; `boot` loads what this one has. */
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
 * What modprobe wants to know of modules that all lie in one directory, as depmod(8) would write it:
 * which others each one needs, and which names of devices and file systems it answers to.
 *
 * @param {string} moduleDirectory lib/modules/VERSION of the unpacked package
 * @param {readonly string[]} names
 * @returns {{ files: string[], dependencies: string, aliases: string }}
 */
export function moduleIndex(moduleDirectory, names) {
  const kernel = {
    available: indexModules(moduleDirectory),
    builtin: readModuleNames(join(moduleDirectory, "modules.builtin")),
  };
  const files = modulesInLoadingOrder(kernel, names);
  const dependencies = files.map((file) => {
    const [itself, ...needed] = modulesInLoadingOrder(kernel, [nameOf(file)]).toReversed();
    return `${[`${basename(itself ?? file)}:`, ...needed.map((path) => basename(path))].join(" ")}\n`;
  });
  const aliases = files.flatMap((file) =>
    informationOf(file, "alias").map((alias) => `alias ${alias} ${nameOf(file)}\n`),
  );
  return { files, dependencies: dependencies.join(""), aliases: aliases.join("") };
}

/**
 * Lists the module files that `names` need, dependencies first.
 *
 * modules.dep is written by depmod when a kernel is installed, so an unpacked package lacks it;
 * the modules themselves say what they need.
 *
 * @param {{ available: ReadonlyMap<string, string>, builtin: ReadonlySet<string> }} kernel the files
 *   of its modules by name, and the names of those that it holds itself
 * @param {readonly string[]} names
 * @returns {string[]} absolute paths in loading order
 */
function modulesInLoadingOrder({ available, builtin }, names) {
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
 * Soft dependencies are checksum drivers that the kernel holds already.
 *
 * @param {string} file
 */
function dependenciesOf(file) {
  return informationOf(file, "depends").flatMap((names) =>
    names.split(",").filter((name) => name !== ""),
  );
}

/**
 * The values of one key in the module's .modinfo section.
 *
 * @param {string} file
 * @param {"alias" | "depends"} key
 */
function informationOf(file, key) {
  const content = readFileSync(file, "latin1");
  // Neighbours share the zero byte between them.
  const matches = content.matchAll(new RegExp(`(?<=\\0)${key}=([^\\0]*)\\0`, "g"));
  return [...matches].map(([, value = ""]) => value);
}

/** @param {string} file */
function nameOf(file) {
  return canonical(basename(file, ".ko"));
}

/** The kernel treats `-` and `_` in module names as one. @param {string} name */
function canonical(name) {
  return name.replaceAll("-", "_");
}
