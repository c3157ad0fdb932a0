import { execFileSync } from "node:child_process";

const ATTW = new URL("../../node_modules/.bin/attw", import.meta.url).pathname;

/**
 * Whether every door of a package leads to code and types for those who import it, as npm would
 * pack it; `require` does not count, since our packages are modules.
 *
 * @returns what "are the types wrong" found, undefined when nothing is
 */
export function findWrongTypes(directory: string): string | undefined {
  const args = ["--pack", ".", "--profile", "esm-only", "--format", "table-flipped", "--no-color"];
  try {
    execFileSync(ATTW, args, {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error)) throw error;
    return String(error.stdout);
  }
}
