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
    const packed = Uint8Array.from(readFileSync(tarball));
    const { messages, pkg } = await publint({ level: "warning", pack: { tarball: packed.buffer } });
    const wrongTypes = manifest.exports === undefined ? [] : await findWrongTypes(packed);
    const found = [...messages.map((message) => formatMessage(message, pkg)), ...wrongTypes];
    for (const fault of found) console.error(`${path}: ${fault}`);
    faults += found.length;
  }
} finally {
  rmSync(directory, { recursive: true });
}
console.log(`${faults} faults in ${manifests.length} packages`);
process.exitCode = faults === 0 ? 0 : 1;
