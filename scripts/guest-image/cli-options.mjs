import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BuildFault } from "./build-fault.mjs";

export const CHECKOUT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const USAGE = `usage: scripts/build-guest-image [--with-agent] [--output FILE] [--cache DIR]

Builds a small bootable x86_64 disk image (qcow2) out of Debian packages.

  --with-agent   adds Node and the agent, so that servers answer the node API; needs npm ci
  --output FILE  where to put the image (default: guest.qcow2, with the agent guest-agent.qcow2,
                 in the cache directory)
  --cache DIR    keeps downloaded packages (default: .cache/guest-image in the checkout)
  --help         prints this text`;

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv without the program's own name
 * @returns {{ help: boolean, withAgent: boolean, output: string, cache: string }}
 */
export function parseCommandLine(argv) {
  const { output, cache, help, "with-agent": withAgent = false } = parse(argv).values;
  const name = withAgent ? "guest-agent.qcow2" : "guest.qcow2";
  const cacheDirectory = resolve(cache ?? join(CHECKOUT, ".cache", "guest-image"));
  return {
    help: help === true,
    withAgent,
    cache: cacheDirectory,
    output: resolve(output ?? join(cacheDirectory, name)),
  };
}

/** @param {readonly string[]} argv */
function parse(argv) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        "with-agent": { type: "boolean" },
        output: { type: "string" },
        cache: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new BuildFault(`${error.message}\n\n${USAGE}`);
  }
}
