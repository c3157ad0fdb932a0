import type { Metrics } from "@signalbox/base";

/** The numbers that the pipeline reports. Label values are bounded: operation ids and statuses. */
export interface RequestMetrics {
  observe(operation: string, method: string, status: number, durationMs: number): void;
  inFlight(count: number): void;
  limited(limit: "address" | "caller" | "in_flight" | "stopping"): void;
}

const KNOWN_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Declares the pipeline's numbers. Methods that HTTP does not name count as `other`. */
export function createRequestMetrics(metrics: Metrics): RequestMetrics {
  const requests = metrics.counter({
    name: "http_requests_total",
    help: "Requests that were answered.",
    labels: ["operation", "method", "status"],
  });
  const seconds = metrics.histogram({
    name: "http_request_duration_seconds",
    help: "Time from the arrival of a request to the end of its answer.",
    labels: ["operation"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const inFlight = metrics.gauge({
    name: "http_requests_in_flight",
    help: "Requests that are being carried out.",
  });
  const limited = metrics.counter({
    name: "http_requests_limited_total",
    help: "Requests that were refused by a rate or concurrency limit, or because the server stops.",
    labels: ["limit"],
  });
  return {
    observe: (operation, method, status, durationMs) => {
      const known = KNOWN_METHODS.has(method) ? method : "other";
      requests.add({ operation, method: known, status: String(status) });
      seconds.observe(durationMs / 1000, { operation });
    },
    inFlight: (count) => inFlight.set(count),
    limited: (limit) => limited.add({ limit }),
  };
}
