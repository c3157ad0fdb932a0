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
 * @typedef {object} AptPlaces
 * @property {string} emptyDirectory apt leaves packages out that lie in its working directory
 * @property {string} cache
 */

/**
 * Finds out which packages and versions to build from, as this machine's package lists have it.
 *
 * @param {AptPlaces} places
 * @param {readonly string[]} more packages besides those of every image
 * @returns {{ kernel: string, packages: DebianPackage[] }}
 */
export function resolvePackages(places, more) {
  const dependencies = directDependencies([KERNEL_META_PACKAGE, WITH_DEPENDENCIES], places);
  const kernel = dependencies.find((name) => /^linux-image-\d.*-cloud-amd64$/.test(name));
  if (kernel === undefined) throw listsMissing(KERNEL_META_PACKAGE);
  const names = [...PLAIN_PACKAGES, ...dependencies, ...more];
  const packages = locate([...new Set(names)].sort(), places);
  return { kernel, packages };
}

/**
 * @param {readonly string[]} names
 * @param {AptPlaces} places
 * @returns {string[]}
 */
function directDependencies(names, places) {
  const listing = apt("apt-cache", ["depends", "--important"], names, places);
  return [...listing.matchAll(/^\s+\|?(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]+)$/gm)].map(
    (match) => match[1] ?? "",
  );
}

/**
 * @param {readonly string[]} names
 * @param {AptPlaces} places
 * @returns {DebianPackage[]}
 */
function locate(names, places) {
  const listing = apt("apt-get", ["download", "--print-uris"], names, places);
  const packages = [...listing.matchAll(/^'([^']+)' (\S+\.deb) \d+ SHA256:([0-9a-f]{64})$/gm)].map(
    ([, uri = "", file = "", sha256 = ""]) => ({ uri, file, sha256 }),
  );
  if (packages.length !== names.length) throw listsMissing(names.join(" "));
  return packages;
}

/**
 * Asks apt about packages.
 *
 * @param {string} program
 * @param {readonly string[]} command
 * @param {readonly string[]} names
 * @param {AptPlaces} places
 */
function apt(program, command, names, { emptyDirectory, cache }) {
  const args = [...keepingLists(cache), ...command, ...names];
  try {
    return runTool(program, args, { cwd: emptyDirectory });
  } catch (error) {
    if (error instanceof BuildFault) throw listsMissing(names.join(" "), error.message);
    throw error;
  }
}

/**
 * Has apt keep its lists as it parsed them. Debian's images for containers have it keep none, so
 * that it parses all of them for each question.
 *
 * @param {string} cache
 */
function keepingLists(cache) {
  return ["-o", `Dir::Cache::pkgcache=${join(cache, "apt-lists.bin")}`];
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
  const options = [...keepingLists(cache), "-o", "APT::Sandbox::User=root"];
  runTool("apt-get", [...options, "-q", "download", ...wanted], { cwd: workDirectory });
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
