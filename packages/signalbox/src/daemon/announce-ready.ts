import type { Endpoints } from "./endpoints-file.ts";

/** What they are called, and where their addresses stand. */
const LISTENERS = [
  ["rest", "rest"],
  ["ops", "ops"],
  ["xds", "xds"],
  ["node", "nodeApi"],
  ["enrol", "enrol"],
] as const;

/** What the daemon prints once it can be used: each listener, then a line beginning `ready`. */
export function readyLines(
  endpoints: Endpoints,
  tokenFile: string | undefined,
  startMs: number,
): readonly string[] {
  const listeners = LISTENERS.map(([name, key]) => `${name.padEnd(5)} ${endpoints[key] ?? "off"}`);
  const profiling = endpoints.profiling === undefined ? [] : [`profiling ${endpoints.profiling}`];
  const token =
    tokenFile === undefined
      ? "the administrator token's file is gone; `signalbox token create` makes another token"
      : `administrator token in ${tokenFile}`;
  return [...listeners, ...profiling, `ready in ${(startMs / 1000).toFixed(1)} s; ${token}`];
}
