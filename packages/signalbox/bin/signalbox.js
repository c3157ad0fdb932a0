#!/usr/bin/env node
// The published command. Plain JavaScript, because Node strips no types inside node_modules; in a
// checkout it runs the sources. It loads on any Node, to be able to say that one is too old.
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 24;
const EXIT_UNAVAILABLE = 69;

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  console.error(
    `signalbox: Node ${OLDEST_NODE} or newer is needed, this is ${process.versions.node}` +
      " (in a checkout, ./signalbox brings its own)",
  );
  process.exit(EXIT_UNAVAILABLE);
}

const isInstalled = import.meta.url.includes("/node_modules/");
const script = isInstalled ? "../dist/main.js" : "../src/main.ts";
// Young objects get little room: it keeps an idle daemon small.
const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"];
if (!isInstalled) flags.push("--conditions=source");
const path = fileURLToPath(new URL(script, import.meta.url));

// The same process goes on as the program, so signals and exit codes are its own.
process.execve(
  process.execPath,
  [process.execPath, ...flags, path, ...process.argv.slice(2)],
  process.env,
);
