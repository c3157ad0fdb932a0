import type { Metrics } from "@signalbox/base";
import { statusName } from "../status.ts";
import type { CallOutcome } from "./raw-call.ts";
import type { FoundRoute } from "./router.ts";

/** What the server counts. Calls of the unknown-service handler count as `unknown`. */
export interface ServerMetrics {
  connectionOpened(): void;
  connectionClosed(): void;
  callStarted(route: FoundRoute): void;
  callEnded(route: FoundRoute, outcome: CallOutcome, ms: number): void;
  /** A stream that became no call. */
  refused(reason: RefusalReason): void;
}

export type RefusalReason = "malformed" | "unimplemented" | "rate" | "connections";

/** Declares the server's metrics. */
export function createServerMetrics(metrics: Metrics): ServerMetrics {
  const of = ["grpc_service", "grpc_method"];
  const connections = metrics.gauge({
    name: "grpc_server_connections",
    help: "HTTP/2 connections that are open.",
  });
  const started = metrics.counter({
    name: "grpc_server_started_total",
    help: "Calls that were begun.",
    labels: of,
  });
  const handled = metrics.counter({
    name: "grpc_server_handled_total",
    help: "Calls that are over, by status and by how they ended.",
    labels: [...of, "grpc_code", "end"],
  });
  const seconds = metrics.histogram({
    name: "grpc_server_handling_seconds",
    help: "Time from a call's headers to its end.",
    labels: of,
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2.5, 10, 60],
  });
  const refused = metrics.counter({
    name: "grpc_server_refused_total",
    help: "Streams and connections that were turned away before they became calls.",
    labels: ["reason"],
  });
  let open = 0;
  return {
    connectionOpened: () => connections.set(++open),
    connectionClosed: () => connections.set(--open),
    callStarted: (route) => started.add(route.labels),
    callEnded: ({ labels }, { end, status }, ms) => {
      handled.add({ ...labels, grpc_code: statusName(status.code), end });
      seconds.observe(ms / 1000, labels);
    },
    refused: (reason) => refused.add({ reason }),
  };
}
