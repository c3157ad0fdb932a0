import { accessSync, constants } from "node:fs";

/** Unprivileged shells on Debian leave out where tcpdump is. */
const SYSTEM_DIRECTORIES = ["/usr/sbin", "/sbin"];

/**
 * The `skip` option of a test that needs this program: `false` when it is there.
 *
 * @throws Error where `REQUIRE_PEERS` is 1: there, a missing peer is a failure
 */
export function skipWithout(program: string): string | false {
  const directories = [...(process.env["PATH"] ?? "").split(":"), ...SYSTEM_DIRECTORIES];
  if (directories.some((directory) => isExecutable(`${directory}/${program}`))) return false;
  const reason = `peer missing: ${program}`;
  if (process.env["REQUIRE_PEERS"] === "1") throw new Error(reason);
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
