import { Problem } from "@signalbox/base";
import type { DataFiles } from "./data-files.ts";
import { readEndpoints } from "./endpoints-file.ts";

/**
 * Says which daemon holds the store and what to do, when it has said where it is.
 *
 * @param locked what the store itself knows: that it is held
 */
export function alreadyServed({ directory, endpoints }: DataFiles, locked: Problem): Problem {
  const known = readEndpoints(endpoints);
  // One that is starting, or another program: the store's own words are all there is to say.
  if (known === undefined) return locked;
  const { rest } = known;
  const where = typeof rest === "string" ? ` at ${rest}` : "";
  return new Problem(
    "store_locked",
    `another daemon serves from ${directory} already${where}; use that one, stop it, or give this one a directory of its own with --data-dir`,
    { cause: locked },
  );
}
