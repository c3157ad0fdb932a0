// What is published has to be usable: publint and attw over each public package, as npm would pack it.
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { packedPackages } from "@signalbox/testing";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { findWrongTypes } from "./lib/esm-only.ts";
import { projectFiles } from "./lib/source-files.ts";

interface Manifest {
  readonly private?: boolean;
  /** Without any there is nothing to import. */
  readonly exports?: object;
}

const manifests = new Map(
  projectFiles("packages/*/package.json").map((path) => [
    basename(dirname(path)),
    JSON.parse(readFileSync(path, "utf8")) as Manifest,
  ]),
);
const published = [...manifests].filter(([, manifest]) => manifest.private !== true);
let faults = 0;
for (const { folder, tarball } of packedPackages(published.map(([folder]) => folder))) {
  const packed = Uint8Array.from(readFileSync(tarball));
  const { messages, pkg } = await publint({ level: "warning", pack: { tarball: packed.buffer } });
  const isImported = manifests.get(folder)?.exports !== undefined;
  const wrongTypes = isImported ? await findWrongTypes(packed) : [];
  const found = [...messages.map((message) => formatMessage(message, pkg)), ...wrongTypes];
  for (const fault of found) console.error(`packages/${folder}: ${fault}`);
  faults += found.length;
}
console.log(`${faults} faults in ${published.length} packages`);
process.exitCode = faults === 0 ? 0 : 1;
