import { Problem } from "@signalbox/base";
import { type ConfigSources, findDataDir, loadConfig } from "../config/load-config.ts";
import { judgeFacts } from "./checks.ts";
import type { Finding } from "./finding.ts";
import { type GatherRequest, gatherFacts } from "./gather-facts.ts";

export type DiagnoseDeps = Omit<GatherRequest, "dataDir" | "configuration">;

/**
 * Looks at everything that a daemon on this data directory needs, whether one runs or not, and says
 * what is well, what is not, and what to do. Nothing is changed.
 */
export async function diagnose(
  sources: ConfigSources,
  deps: DiagnoseDeps,
): Promise<readonly Finding[]> {
  const dataDir = findDataDir(sources);
  const facts = await gatherFacts({ ...deps, dataDir, configuration: readConfiguration(sources) });
  return judgeFacts(facts);
}

function readConfiguration(sources: ConfigSources): GatherRequest["configuration"] {
  try {
    return loadConfig(sources);
  } catch (error) {
    if (!Problem.is(error)) throw error;
    return { error: error.message };
  }
}
