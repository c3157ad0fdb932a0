import type { Finding } from "../../../doctor/finding.ts";
import type { ApiResource } from "../../resources/api-resource.ts";
import type { HealthReport } from "./health-report.ts";
import type { Sample } from "./parse-metrics.ts";

/** What a status is made of. */
export interface StatusFacts {
  readonly nowMs: number;
  readonly daemon:
    | { readonly url: string; readonly health: HealthReport; readonly samples: readonly Sample[] }
    /** Why nothing could be asked. */
    | { readonly unreachable: string };
  /** Undefined when the region API could not be asked. */
  readonly servers: readonly ApiResource[] | undefined;
  /** What the doctor finds here; none for a daemon on another host. */
  readonly findings: readonly Finding[];
}
