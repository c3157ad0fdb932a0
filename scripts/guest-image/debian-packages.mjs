import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BuildFault } from "./build-fault.mjs";
import { runTool } from "./run-tool.mjs";

/** The meta package that depends on the newest kernel for virtual machines. */
const KERNEL_META_PACKAGE = "linux-image-cloud-amd64";

/** Programs for the guest, and the two that only write the boot partition. */
const PLAIN_PACKAGES = ["busybox-static", "e2fsprogs", "mtools", "syslinux", "syslinux-common"];

/** Whose shared libraries the guest's resize2fs needs: their names differ between releases. */
const WITH_DEPENDENCIES = "e2fsprogs";

/**
 * @typedef {object} DebianPackage
 * @property {string} file name of the .deb, which holds its version
 * @property {string} uri
 * @property {string} sha256
 */

/**
 * Finds out which packages and versions to build from, as this machine's package lists have it.
 *
 * @param {string} emptyDirectory apt leaves packages out that lie in its working directory
 * @param {readonly string[]} more packages besides those of every image
 * @returns {{ kernel: string, packages: DebianPackage[] }}
 */
export function resolvePackages(emptyDirectory, more) {
  const kernel = directDependencies(KERNEL_META_PACKAGE).find((name) =>
    /^linux-image-\d.*-cloud-amd64$/.test(name),
  );
  if (kernel === undefined) throw listsMissing(KERNEL_META_PACKAGE);
  const names = [kernel, ...PLAIN_PACKAGES, ...directDependencies(WITH_DEPENDENCIES), ...more];
  const packages = locate([...new Set(names)].sort(), emptyDirectory);
  return { kernel, packages };
}

/** @param {string} name */
function directDependencies(name) {
  const listing = apt("apt-cache", ["depends", "--important", name], name);
  return [...listing.matchAll(/^\s+\|?(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]+)$/gm)].map(
    (match) => match[1] ?? "",
  );
}

/**
 * @param {readonly string[]} names
 * @param {string} emptyDirectory
 * @returns {DebianPackage[]}
 */
function locate(names, emptyDirectory) {
  const listing = apt("apt-get", ["download", "--print-uris", ...names], names.join(" "), {
    cwd: emptyDirectory,
  });
  const packages = [...listing.matchAll(/^'([^']+)' (\S+\.deb) \d+ SHA256:([0-9a-f]{64})$/gm)].map(
    ([, uri = "", file = "", sha256 = ""]) => ({ uri, file, sha256 }),
  );
  if (packages.length !== names.length) throw listsMissing(names.join(" "));
  return packages;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} wanted
 * @param {{ cwd?: string }} [options]
 */
function apt(program, args, wanted, options) {
  try {
    return runTool(program, args, options);
  } catch (error) {
    if (error instanceof BuildFault) throw listsMissing(wanted, error.message);
    throw error;
  }
}

/**
 * @param {string} wanted
 * @param {string} [detail]
 */
function listsMissing(wanted, detail = "") {
  return new BuildFault(
    `apt knows no package ${wanted} to download; the package lists of Debian bookworm or later ` +
      `(amd64) are needed. Run: sudo apt-get update${detail === "" ? "" : `\n${detail}`}`,
  );
}

/**
 * Downloads what the cache lacks, and unpacks it. Another build may share the cache.
 *
 * @param {readonly DebianPackage[]} packages
 * @param {string} cache
 * @param {string} workDirectory on the same file system as the cache
 * @returns {{ directories: string[], downloads: number }} where the packages' files lie
 */
export function fetchPackages(packages, cache, workDirectory) {
  mkdirSync(join(cache, "packages"), { recursive: true });
  mkdirSync(join(cache, "unpacked"), { recursive: true });
  const missing = packages.filter((pkg) => !isIntact(archiveOf(pkg, cache), pkg.sha256));
  if (missing.length > 0) download(missing, cache, workDirectory);
  return {
    directories: packages.map((pkg) => unpacked(pkg, cache, workDirectory)),
    downloads: missing.length,
  };
}

/**
 * @param {DebianPackage} pkg
 * @param {string} cache
 */
function archiveOf(pkg, cache) {
  return join(cache, "packages", pkg.file);
}

/**
 * @param {string} archive
 * @param {string} sha256
 */
function isIntact(archive, sha256) {
  if (!existsSync(archive)) return false;
  return createHash("sha256").update(readFileSync(archive)).digest("hex") === sha256;
}

/**
 * @param {readonly DebianPackage[]} packages
 * @param {string} cache
 * @param {string} workDirectory
 */
function download(packages, cache, workDirectory) {
  const wanted = packages.map(({ file }) => {
    const [name, version] = file.split("_");
    return `${name}=${decodeURIComponent(version ?? "")}`;
  });
  // The cache need not be readable for apt's own download user; apt checks the digests itself.
  const args = ["-o", "APT::Sandbox::User=root", "-q", "download", ...wanted];
  runTool("apt-get", args, { cwd: workDirectory });
  for (const pkg of packages) renameSync(join(workDirectory, pkg.file), archiveOf(pkg, cache));
}

/**
 * @param {DebianPackage} pkg
 * @param {string} cache
 * @param {string} workDirectory
 * @returns {string} the directory of the package's files
 */
function unpacked(pkg, cache, workDirectory) {
  // Named after the content, so that what was unpacked from other bytes is never used.
  const directory = join(cache, "unpacked", `${pkg.file}-${pkg.sha256.slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  const partial = join(workDirectory, "unpacking");
  runTool("dpkg-deb", ["--extract", archiveOf(pkg, cache), partial]);
  try {
    renameSync(partial, directory);
  } catch (error) {
    // Another build was faster.
    if (!existsSync(directory)) throw error;
    rmSync(partial, { recursive: true, force: true });
  }
  return directory;
}
