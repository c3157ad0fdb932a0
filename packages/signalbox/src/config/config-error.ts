import { Problem } from "@signalbox/base";
import type { ConfigFault } from "./check-tree.ts";

/** A fault with the source that holds it: `the environment variable SIGNALBOX_LOG_LEVEL`. */
export interface SourcedFault extends ConfigFault {
  readonly source: string;
}

/** The one error for a configuration that cannot be used; its message has a line a fault. */
export function configProblem(faults: readonly SourcedFault[]): Problem {
  const lines = faults.map(({ source, path, message }) =>
    path === "" ? `${source}: ${message}` : `${source}: ${path}: ${message}`,
  );
  return new Problem("config_invalid", lines.join("\n"));
}
