// Imports go down the table of scripts/layers.json only. A breach names both ends.
import { readFileSync } from "node:fs";
import { breaches, type Layers } from "./lib/layers.ts";
import { projectFiles } from "./lib/source-files.ts";

const layers = JSON.parse(
  readFileSync(new URL("./layers.json", import.meta.url), "utf8"),
) as Layers;
const files = projectFiles("packages/*/src/**/*.ts");
const found = files.flatMap((path) => breaches(layers, path, readFileSync(path, "utf8")));
for (const breach of found) console.error(breach);
console.log(`${files.length} files, ${found.length} breaches`);
process.exitCode = found.length === 0 ? 0 : 1;
