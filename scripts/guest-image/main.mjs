import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { AGENT_PACKAGES, agentTree } from "./agent-tree.mjs";
import { BuildFault } from "./build-fault.mjs";
import { parseCommandLine, USAGE } from "./cli-options.mjs";
import { fetchPackages, resolvePackages } from "./debian-packages.mjs";
import { writeDisk } from "./disk-image.mjs";
import { HeldSignals } from "./held-signals.mjs";
import { assertHostTools } from "./run-tool.mjs";

const signals = new HeldSignals();
try {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else await build(options);
  await signals.obey();
} catch (error) {
  // Tools that a signal ended have failed as well.
  await signals.obey();
  if (!(error instanceof BuildFault)) throw error;
  console.error(`build-guest-image: ${error.message}`);
  process.exitCode = 1;
}

/** @param {{ withAgent: boolean, output: string, cache: string }} options */
async function build({ withAgent, output, cache }) {
  assertHostTools();
  mkdirSync(cache, { recursive: true });
  mkdirSync(dirname(output), { recursive: true });
  const workDirectory = mkdtempSync(join(cache, "work-"));
  try {
    await buildIn(workDirectory, { withAgent, output, cache });
  } finally {
    rmSync(workDirectory, { recursive: true, force: true });
  }
}

/**
 * @param {string} workDirectory
 * @param {{ withAgent: boolean, output: string, cache: string }} options
 */
async function buildIn(workDirectory, { withAgent, output, cache }) {
  await step(1, "finding the packages");
  const apt = { emptyDirectory: workDirectory, cache };
  const { kernel, packages } = resolvePackages(apt, withAgent ? AGENT_PACKAGES : []);
  await step(2, `fetching ${packages.length} packages (${kernel})`);
  const { directories, downloads } = fetchPackages(packages, cache, workDirectory);
  await step(3, `writing the disk (packages downloaded now: ${downloads})`);
  const agent = withAgent ? agentTree(directories, workDirectory) : [];
  const image = writeDisk({ packages: directories, agent, workDirectory });
  await step(4, "checking and moving it into place");
  const sha256 = createHash("sha256").update(readFileSync(image)).digest("hex");
  const { size } = statSync(image);
  moveInto(image, output);
  console.log(`path   ${output}\nsize   ${size}\nsha256 ${sha256}`);
}

/**
 * Replaces the output in one step, so that nobody ever sees half an image.
 *
 * @param {string} image possibly on another file system
 * @param {string} output
 */
function moveInto(image, output) {
  const staged = `${output}.partial-${process.pid}`;
  try {
    copyFileSync(image, staged);
    renameSync(staged, output);
  } finally {
    rmSync(staged, { force: true });
  }
}

/**
 * @param {number} number
 * @param {string} text
 */
async function step(number, text) {
  if ((await signals.first()) !== undefined) throw new BuildFault("interrupted");
  console.log(`[${number}/4] ${text}`);
}
