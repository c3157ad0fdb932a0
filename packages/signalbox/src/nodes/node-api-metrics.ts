import type { Metrics } from "@signalbox/base";
import { type StatusCode, statusName } from "@signalbox/grpc";

/** What the node API counts. */
export interface NodeApiMetrics {
  /** @param mode where the call went; `refused` when it went nowhere */
  callEnded(mode: CallMode, code: StatusCode, ms: number): void;
  /** One machine's part of a call is over. */
  nodeEnded(code: StatusCode): void;
  /** A connection was turned away for its certificate. */
  turnedAway(): void;
  accessLineDropped(): void;
}

export type CallMode = "one-to-one" | "one-to-many" | "own" | "refused";

/** What is open now. */
export interface NodeApiSizes {
  /** Of callers. */
  readonly connections: number;
  /** To machines. */
  readonly channels: number;
}

/**
 * Declares the metrics of the node API.
 *
 * @param sizes asked when somebody wants to know
 */
export function createNodeApiMetrics(metrics: Metrics, sizes: () => NodeApiSizes): NodeApiMetrics {
  metrics.sampled(
    { name: "signalbox_node_connections", help: "Connections of callers of the node API." },
    () => sizes().connections,
  );
  metrics.sampled(
    { name: "signalbox_node_channels", help: "Machines to which the node API keeps a channel." },
    () => sizes().channels,
  );
  const calls = metrics.counter({
    name: "signalbox_node_calls_total",
    help: "Calls of the node API that are over, by where they went and by status.",
    labels: ["mode", "grpc_code"],
  });
  const seconds = metrics.histogram({
    name: "signalbox_node_call_seconds",
    help: "Time from a call of the node API to its end; streams last as long as they are read.",
    labels: ["mode"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
  });
  const nodes = metrics.counter({
    name: "signalbox_node_outcomes_total",
    help: "Parts that machines had in calls of the node API, by status.",
    labels: ["grpc_code"],
  });
  const turnedAway = metrics.counter({
    name: "signalbox_node_connections_refused_total",
    help: "Connections to the node API that were closed for their client certificate.",
  });
  const dropped = metrics.counter({
    name: "signalbox_node_access_lines_dropped_total",
    help: "Lines of the node API's access log that nobody took in time.",
  });
  return {
    callEnded: (mode, code, ms) => {
      calls.add({ mode, grpc_code: statusName(code) });
      seconds.observe(ms / 1000, { mode });
    },
    nodeEnded: (code) => nodes.add({ grpc_code: statusName(code) }),
    turnedAway: () => turnedAway.add(),
    accessLineDropped: () => dropped.add(),
  };
}
