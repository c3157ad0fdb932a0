import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export const DEFAULT_OUTPUT = join(ROOT, ".cache/agent/signalbox-agent.mjs");

/** Libraries in the older format ask for Node's own modules so. */
const BANNER = `#!/usr/bin/env node
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);`;

/**
 * Makes one file of the agent and all that it imports, licences included. An older file is
 * replaced in one step.
 *
 * @param {{ output: string }} options
 */
export async function bundleAgent({ output }) {
  const target = resolve(output);
  const stage = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  await build({
    stdin: { contents: entry(), resolveDir: ROOT, sourcefile: "signalbox-agent.ts", loader: "ts" },
    outfile: stage,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    conditions: ["source"],
    banner: { js: BANNER },
    legalComments: "eof",
    logLevel: "warning",
  });
  chmodSync(stage, 0o755);
  renameSync(stage, target);
}

/** The program, told its version: beside a single file lies no package.json to ask. */
function entry() {
  const version = JSON.stringify({ tag: packageVersion(), ...commit() });
  return `import { runAgentProgram } from "./packages/signalbox/src/agent-main.ts";
process.exitCode = await runAgentProgram(${version});
`;
}

/** @returns {string} */
function packageVersion() {
  const text = readFileSync(join(ROOT, "packages/signalbox/package.json"), "utf8");
  return JSON.parse(text).version;
}

/** What it is built of; nothing outside of a checkout. */
function commit() {
  try {
    const text = execFileSync("git", ["log", "-1", "--format=%h %cI"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [sha, built] = text.trim().split(" ");
    return { sha, built };
  } catch {
    return {};
  }
}
