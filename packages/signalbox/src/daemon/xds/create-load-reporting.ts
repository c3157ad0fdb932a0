import type { Clock, Log, Metrics } from "@signalbox/base";
import { type LoadPolicy, LoadReporting } from "@signalbox/xds/load-report";
import type { LoadLog } from "../../traffic/load-log.ts";
import type { NodeIdentity } from "./node-identity.ts";

export interface LoadReportingParts {
  readonly identity: NodeIdentity;
  /** Has the last report of each client. */
  readonly loads: LoadLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Every client reports on all its clusters. */
const POLICY: LoadPolicy = { intervalMs: 10_000, clusters: "all" };

/** Takes load reports from nodes that are who they say they are. */
export function createLoadReporting(parts: LoadReportingParts): LoadReporting {
  const { identity, loads, clock, log, metrics } = parts;
  return new LoadReporting({
    policy: (node, { peer }) => {
      identity.admit(peer, node);
      return POLICY;
    },
    onLoadReport: (node, stats, { id }) => loads.report(id, node, stats, clock.now()),
    onStreamClose: ({ id }) => loads.forget(id),
    clock,
    log,
    metrics,
  });
}
