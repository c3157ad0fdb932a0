import { spawnSync } from "node:child_process";

/**
 * Why a test that needs `program` is left out; false when it runs. With `REQUIRE_PEERS=1` it runs
 * anyway, and fails where the program is missing.
 */
export function skipWithout(program: string): string | false {
  if (process.env["REQUIRE_PEERS"] === "1") return false;
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore" });
  return error === undefined ? false : `peer missing: ${program}`;
}
