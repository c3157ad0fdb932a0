import { readFileSync, rmSync, statSync } from "node:fs";
import { Problem, writeFileAtomically } from "@signalbox/base";

/** Where the daemon can be reached, and the ids that commands use when none are given. */
export interface Endpoints {
  /** `http://127.0.0.1:6080`; absent when the listener is off. */
  readonly rest?: string;
  readonly ops?: string;
  /** `127.0.0.1:18000`: what a proxy's bootstrap wants. */
  readonly xds?: string;
  /** `127.0.0.1:50000`: what a client configuration of the node API names. */
  readonly nodeApi?: string;
  /** `127.0.0.1:50001`: where machines enrol. */
  readonly enrol?: string;
  readonly profiling?: string;
  /** The region of the first provider. */
  readonly region?: string;
  readonly organization?: string;
  readonly project?: string;
}

export function writeEndpoints(path: string, endpoints: Endpoints): void {
  writeFileAtomically(path, `${JSON.stringify(endpoints, null, 2)}\n`);
}

/** What a daemon wrote there; undefined when there is no such file, or nothing that can be read. */
export function readEndpoints(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export function removeEndpoints(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Finds out before anything is started whether the file can be written.
 *
 * @throws Problem `store_unavailable`
 */
export function assertEndpointsPath(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  throw new Problem(
    "store_unavailable",
    `${path} is a directory, and the daemon writes its addresses there: remove it`,
  );
}
