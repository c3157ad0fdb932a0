import { spawnSync } from "node:child_process";

/** Options of tests that need openssl: skipped where it is missing, unless peers are required. */
export const NEEDS_OPENSSL: { readonly skip: string | false } = {
  skip: process.env["REQUIRE_PEERS"] === "1" || hasOpenssl() ? false : "peer missing: openssl",
};

function hasOpenssl(): boolean {
  return spawnSync("openssl", ["version"], { stdio: "ignore" }).error === undefined;
}
