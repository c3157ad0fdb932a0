// What is published has to be usable: publint and attw over each public package, as npm would pack it.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { findWrongTypes } from "./lib/esm-only.ts";
import { projectFiles } from "./lib/source-files.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  /** Without any there is nothing to import. */
  readonly exports?: object;
}

let faults = 0;
for (const path of projectFiles("packages/*/package.json")) {
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  if (manifest.private === true) continue;
  const { messages, pkg } = await publint({ pkgDir: dirname(path), level: "warning" });
  for (const message of messages) console.error(`${path}: ${formatMessage(message, pkg)}`);
  const wrongTypes = manifest.exports && findWrongTypes(dirname(path));
  if (wrongTypes !== undefined) console.error(`${path}: ${wrongTypes}`);
  faults += messages.length + (wrongTypes === undefined ? 0 : 1);
}
console.log(`${faults} faults in the packages`);
process.exitCode = faults === 0 ? 0 : 1;
