import { Problem } from "@signalbox/base";
import type { NodeConnection } from "./node-connection.ts";

/**
 * The machine of a command that is for one.
 *
 * @throws Problem `invalid_request` when several are named
 */
export function onlyNode({ nodes }: NodeConnection): string {
  const [node, ...others] = nodes;
  if (node !== undefined && others.length === 0) return node;
  throw new Problem("invalid_request", "this is for one machine: give one with --nodes");
}
