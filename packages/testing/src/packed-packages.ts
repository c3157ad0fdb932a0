import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const CHECKOUT = join(import.meta.dirname, "../../..");

/** Tarballs by the folder of their package, each named after what it was made of. */
const KEPT = join(CHECKOUT, ".cache/packed");

/** A package as npm would publish it. */
export interface PackedPackage {
  /** Below `packages`. */
  readonly folder: string;
  readonly tarball: string;
}

/**
 * Packs packages of the workspace by one npm: several tests want the same, and it takes seconds. Of
 * a package whose files have not changed the tarball is still there.
 */
export function packedPackages(folders: readonly string[]): readonly PackedPackage[] {
  const packages = folders.map((folder) => ({
    folder,
    tarball: join(KEPT, folder, `${digestOf(folder)}.tgz`),
  }));
  const missing = packages.filter(({ tarball }) => !existsSync(tarball));
  if (missing.length > 0) pack(missing);
  return packages;
}

/** Of the name, size and time of all files that there are. */
function digestOf(folder: string): string {
  const root = join(CHECKOUT, "packages", folder);
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    // It is never published, and written by builds that change nothing else.
    .filter((entry) => entry.isFile() && entry.name !== ".tsbuildinfo")
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const hash = createHash("sha256");
  for (const path of files) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

function pack(packages: readonly PackedPackage[]): void {
  mkdirSync(KEPT, { recursive: true });
  const stage = mkdtempSync(join(KEPT, "stage-"));
  try {
    const workspaces = packages.flatMap(({ folder }) => ["--workspace", `packages/${folder}`]);
    const args = ["pack", "--json", "--silent", "--pack-destination", stage, ...workspaces];
    const text = execFileSync("npm", args, { cwd: CHECKOUT, encoding: "utf8" });
    const packed = JSON.parse(text) as readonly { name: string; filename: string }[];
    const filenames = new Map(packed.map(({ name, filename }) => [name, filename]));
    for (const { folder, tarball } of packages) {
      const filename = filenames.get(nameOf(folder));
      if (filename === undefined) throw new Error(`npm has not packed ${folder}`);
      keep(join(stage, filename), tarball);
    }
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/** Instead of what was made of older files. Another process may do the same at this moment. */
function keep(packed: string, tarball: string): void {
  const directory = dirname(tarball);
  mkdirSync(directory, { recursive: true });
  renameSync(packed, tarball);
  const older = readdirSync(directory).filter((name) => name !== basename(tarball));
  for (const name of older) rmSync(join(directory, name), { force: true });
}

function nameOf(folder: string): string {
  const manifest = readFileSync(join(CHECKOUT, "packages", folder, "package.json"), "utf8");
  return (JSON.parse(manifest) as { readonly name: string }).name;
}
