// What is published has to be usable: publint over each public package, as npm would pack it.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { projectFiles } from "./lib/source-files.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

let faults = 0;
for (const path of projectFiles("packages/*/package.json")) {
  const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  if (manifest.private === true) continue;
  const { messages, pkg } = await publint({ pkgDir: dirname(path), level: "warning" });
  for (const message of messages) console.error(`${path}: ${formatMessage(message, pkg)}`);
  faults += messages.length;
}
console.log(`${faults} faults in the packages`);
process.exitCode = faults === 0 ? 0 : 1;
