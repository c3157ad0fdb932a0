import type { Finding } from "../../../doctor/finding.ts";
import type { ApiResource } from "../../resources/api-resource.ts";
import type { NodeRow } from "../xds/wire-types.ts";
import type { HealthReport } from "./health-report.ts";
import type { Sample } from "./parse-metrics.ts";

/** What a status is made of. */
export interface StatusFacts {
  readonly nowMs: number;
  readonly daemon:
    | { readonly url: string; readonly health: HealthReport; readonly samples: readonly Sample[] }
    /** Why nothing could be asked. */
    | { readonly unreachable: string };
  /** Undefined when the API could not be asked. */
  readonly servers: readonly ApiResource[] | undefined;
  /** Of every region, for the organization that is meant; empty when the API could not be asked. */
  readonly images: readonly ApiResource[];
  /** Streams of xDS nodes; empty when the API could not be asked. */
  readonly nodes: readonly NodeRow[];
  /** What the doctor finds here; none for a daemon on another host. */
  readonly findings: readonly Finding[];
}
