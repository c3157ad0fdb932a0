import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BuildFault } from "./build-fault.mjs";
import { CHECKOUT } from "./cli-options.mjs";
import { entriesFromDirectory } from "./file-tree.mjs";
import { findFile } from "./package-files.mjs";
import { runTool } from "./run-tool.mjs";

/** Whose libraries Node is linked against, besides those that every image has. */
export const AGENT_PACKAGES = ["libgcc-s1", "libstdc++6"];

const LIBRARIES = ["libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "libstdc++.so.6"];
const LIBRARY_DIRECTORY = "lib/x86_64-linux-gnu";

/**
 * What the flavour with the agent has more: Node, the agent as one file, and what starts it.
 *
 * @param {readonly string[]} packages directories of unpacked packages
 * @param {string} workDirectory
 * @returns {import("./file-tree.mjs").TreeEntry[]}
 */
export function agentTree(packages, workDirectory) {
  const node = join(CHECKOUT, "node_modules/node/bin/node");
  if (!existsSync(node)) {
    throw new BuildFault("Node 24 is not installed; run npm ci in the checkout");
  }
  const agent = join(workDirectory, "signalbox-agent.mjs");
  runTool(join(CHECKOUT, "scripts/build-agent"), ["--output", agent]);
  const here = dirname(fileURLToPath(import.meta.url));
  return [
    ...entriesFromDirectory(join(here, "rootfs-agent")),
    { kind: "file", path: "usr/bin/node", mode: 0o755, source: node },
    { kind: "file", path: "usr/lib/signalbox-guest/agent.mjs", mode: 0o644, source: agent },
    ...LIBRARIES.map((name) => {
      const path = `${LIBRARY_DIRECTORY}/${name}`;
      return /** @type {const} */ ({
        kind: "file",
        path,
        mode: 0o755,
        source: findFile(packages, path),
      });
    }),
  ];
}
