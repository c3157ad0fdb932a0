import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** A package as npm would publish it. */
export interface PackedPackage {
  readonly name: string;
  readonly tarball: string;
}

/** Packs packages of the workspace into `directory`, all by one npm: it takes long to start. */
export function packPackages(names: readonly string[], directory: string): PackedPackage[] {
  const workspaces = names.flatMap((name) => ["--workspace", name]);
  const args = ["pack", "--json", "--silent", "--pack-destination", directory, ...workspaces];
  const packed = JSON.parse(execFileSync("npm", args, { encoding: "utf8" })) as readonly {
    readonly name: string;
    readonly filename: string;
  }[];
  return packed.map(({ name, filename }) => ({ name, tarball: join(directory, filename) }));
}
