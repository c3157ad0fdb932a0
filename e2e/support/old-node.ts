import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * The PATH without this project's own Node, so that `node` is what the machine has (20 on a fresh
 * one), or nothing.
 */
export const OLD_NODE_PATH = (process.env["PATH"] ?? "")
  .split(":")
  .filter((folder) => !folder.includes("node_modules"))
  .join(":");

/** The version of the machine's own `node`; undefined when it has none. */
export function machineNodeVersion(): string | undefined {
  const folder = OLD_NODE_PATH.split(":").find((path) => existsSync(`${path}/node`));
  if (folder === undefined) return undefined;
  return execFileSync(`${folder}/node`, ["--version"], { encoding: "utf8" }).trim();
}
