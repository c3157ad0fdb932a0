import type { Metrics } from "@signalbox/base";

/** The numbers of the load reporting service. */
export interface LoadMetrics {
  streams(count: number): void;
  reported(): void;
}

/** Declares the metrics, also where nothing is counted yet. */
export function createLoadMetrics(metrics: Metrics): LoadMetrics {
  const streams = metrics.gauge({
    name: "xds_load_streams",
    help: "Open streams of load reports.",
  });
  const reports = metrics.counter({
    name: "xds_load_reports_total",
    help: "Load reports that were received.",
  });
  return { streams: (count) => streams.set(count), reported: () => reports.add() };
}
