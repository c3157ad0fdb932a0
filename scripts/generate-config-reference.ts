// Writes docs/configuration.md from the configuration's schema; with --check only compares.
import { readFileSync, writeFileSync } from "node:fs";

// By URL, because scripts and packages are compiled apart.
const source = new URL("../packages/signalbox/src/config/reference.ts", import.meta.url);
const { configReference } = (await import(source.href)) as {
  configReference: () => string;
};
const path = new URL("../docs/configuration.md", import.meta.url);
const text = configReference();

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (readFileSync(path, "utf8") !== text) {
  console.error("docs/configuration.md is out of date; run scripts/generate-config-reference.ts");
  process.exitCode = 1;
}
