import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BuildFault } from "./build-fault.mjs";

const CHECKOUT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const USAGE = `usage: scripts/build-guest-image [--output FILE] [--cache DIR]

Builds a small bootable x86_64 disk image (qcow2) out of Debian packages.

  --output FILE  where to put the image (default: guest.qcow2 in the cache directory)
  --cache DIR    keeps downloaded packages (default: .cache/guest-image in the checkout)
  --help         prints this text`;

/**
 * Reads the command line.
 *
 * @param {readonly string[]} argv without the program's own name
 * @returns {{ help: boolean, output: string, cache: string }}
 */
export function parseCommandLine(argv) {
  const { output, cache, help } = parse(argv).values;
  const cacheDirectory = resolve(cache ?? join(CHECKOUT, ".cache", "guest-image"));
  return {
    help: help === true,
    cache: cacheDirectory,
    output: resolve(output ?? join(cacheDirectory, "guest.qcow2")),
  };
}

/** @param {readonly string[]} argv */
function parse(argv) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
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
