import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The Envoy of this machine: `ENVOY_BIN`, or else `envoy` on the path. */
export const envoyBinary = findEnvoy();

/**
 * The options of tests that need Envoy. Without it they are skipped; where `REQUIRE_PEERS` is 1
 * they run, and fail. Those of a suite run two at a time: they wait more than they work.
 */
export const withEnvoy = {
  concurrency: 2,
  skip:
    envoyBinary === undefined && process.env["REQUIRE_PEERS"] !== "1"
      ? "peer missing: envoy"
      : false,
};

function findEnvoy(): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).map((at) => join(at, "envoy"));
  return [process.env["ENVOY_BIN"] ?? "", ...onPath].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}
