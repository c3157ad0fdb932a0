import type { ConfigSources } from "../config/load-config.ts";
import type { Finding } from "../doctor/finding.ts";

/** Checks this host and a data directory on it; main.ts has it. */
export type Diagnose = (sources: ConfigSources) => Promise<readonly Finding[]>;
