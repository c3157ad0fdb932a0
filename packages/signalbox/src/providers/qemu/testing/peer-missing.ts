import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Unprivileged shells on Debian leave out where mke2fs and losetup are. */
const SYSTEM_DIRECTORIES = ["/usr/sbin", "/sbin"];

export type Environment = Readonly<Record<string, string | undefined>>;

/** The first of the programs that is not on this machine. */
export function missingProgram(
  programs: readonly string[],
  environment: Environment,
): string | undefined {
  const path = (environment["PATH"] ?? "").split(delimiter);
  const directories = [...path, ...SYSTEM_DIRECTORIES];
  return programs.find((program) => !directories.some((at) => isExecutable(join(at, program))));
}

/**
 * The `skip` option of a test that needs a peer: `false` when nothing is missing.
 *
 * @throws Error where `REQUIRE_PEERS` is 1: there, a missing peer is a failure.
 */
export function skipWithout(missing: string | undefined, environment: Environment): string | false {
  if (missing === undefined) return false;
  const reason = `peer missing: ${missing}`;
  if (environment["REQUIRE_PEERS"] === "1") throw new Error(reason);
  return reason;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
