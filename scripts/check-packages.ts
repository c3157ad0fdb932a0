// What is published has to be usable: publint and attw over each public package, as npm would pack it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { findWrongTypes } from "./lib/esm-only.ts";
import { packPackages } from "./lib/pack-packages.ts";
import { projectFiles } from "./lib/source-files.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  /** Without any there is nothing to import. */
  readonly exports?: object;
}

const manifests = projectFiles("packages/*/package.json")
  .map((path) => ({ path, manifest: JSON.parse(readFileSync(path, "utf8")) as Manifest }))
  .filter(({ manifest }) => manifest.private !== true);
const directory = mkdtempSync(join(tmpdir(), "signalbox-packages-"));
let faults = 0;
try {
  const names = manifests.map(({ manifest }) => manifest.name);
  const tarballs = new Map(
    packPackages(names, directory).map(({ name, tarball }) => [name, tarball]),
  );
  for (const { path, manifest } of manifests) {
    const tarball = tarballs.get(manifest.name);
    if (tarball === undefined) throw new Error(`npm has not packed ${manifest.name}`);
    const pack = { tarball: Uint8Array.from(readFileSync(tarball)).buffer };
    const { messages, pkg } = await publint({ level: "warning", pack });
    for (const message of messages) console.error(`${path}: ${formatMessage(message, pkg)}`);
    const wrongTypes = manifest.exports && findWrongTypes(tarball);
    if (wrongTypes !== undefined) console.error(`${path}: ${wrongTypes}`);
    faults += messages.length + (wrongTypes === undefined ? 0 : 1);
  }
} finally {
  rmSync(directory, { recursive: true });
}
console.log(`${faults} faults in ${manifests.length} packages`);
process.exitCode = faults === 0 ? 0 : 1;
