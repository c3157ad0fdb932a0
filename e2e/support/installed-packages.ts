import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packedPackages } from "@signalbox/testing";

const SCOPE = "@signalbox/";

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The daemon's packages, and its program. */
export function installPackages(project: string): void {
  installWithDependencies(project, "signalbox");
  const bin = join(project, "node_modules", ".bin");
  mkdirSync(bin);
  symlinkSync("../signalbox/bin/signalbox.js", join(bin, "signalbox"));
}

/**
 * Packs a package and those of ours that it depends on, and installs the tarballs into `project`,
 * without a registry: of what others publish, the declared dependencies alone are linked to the
 * ones that are here.
 *
 * @param root its folder below `packages`
 */
export function installWithDependencies(project: string, root: string): void {
  for (const { tarball } of packedPackages([...foldersBelow(root)])) {
    install(tarball, join(project, "node_modules"));
  }
}

/** A package of ours and all that it depends on, by folder. */
function foldersBelow(folder: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies = {} } = readManifest(join("packages", folder));
  for (const name of Object.keys(dependencies)) {
    if (name.startsWith(SCOPE)) foldersBelow(name.slice(SCOPE.length), found);
  }
  return found;
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
}

function install(tarball: string, modules: string): void {
  mkdirSync(modules, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", modules]);
  const unpacked = join(modules, "package");
  const manifest = readManifest(unpacked);
  const target = join(modules, manifest.name);
  mkdirSync(dirname(target), { recursive: true });
  renameSync(unpacked, target);
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const link = join(modules, name);
    if (name.startsWith(SCOPE) || existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve("node_modules", name), link);
  }
}
