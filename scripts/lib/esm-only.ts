import { execFileSync } from "node:child_process";

const ATTW = new URL("../../node_modules/.bin/attw", import.meta.url).pathname;

/**
 * Whether every door of a package leads to code and types for those who import it; `require` does
 * not count, since our packages are modules.
 *
 * @returns what "are the types wrong" found in the tarball, undefined when nothing is
 */
export function findWrongTypes(tarball: string): string | undefined {
  const args = [tarball, "--profile", "esm-only", "--format", "table-flipped", "--no-color"];
  try {
    execFileSync(ATTW, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error)) throw error;
    return String(error.stdout);
  }
}
