import type { MetricsRegistry } from "./metrics-registry.ts";

/** Where metrics are declared: a registry that counts, or a catalogue that only writes down. */
export type MetricDeclarations = Pick<
  MetricsRegistry,
  "counter" | "gauge" | "summary" | "histogram" | "sampled"
>;
