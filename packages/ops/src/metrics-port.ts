import type { Labels, Metrics, MetricSpec } from "@signalbox/base";
import { DEFAULT_BUCKETS } from "./metrics/metric-options.ts";
import type { MetricsRegistry } from "./metrics/metrics-registry.ts";

/**
 * A registry as the port through which Signalbox's libraries report. Counters may grow by
 * fractions there, and histograms have native buckets beside the classic ones.
 */
export function metricsPort(registry: MetricsRegistry): Metrics {
  return {
    counter: ({ name, help }: MetricSpec) => {
      const counter = registry.counter(name, { help, allowsFractions: true });
      return { add: (labels: Labels = {}, by = 1) => counter.add(by, labels) };
    },
    gauge: ({ name, help }: MetricSpec) => {
      const gauge = registry.gauge(name, { help });
      return { set: (value: number, labels: Labels = {}) => gauge.set(value, labels) };
    },
    histogram: ({ name, help, buckets = DEFAULT_BUCKETS }: MetricSpec) => {
      const histogram = registry.histogram(name, { help, buckets, native: {} });
      return { observe: (value: number, labels: Labels = {}) => histogram.observe(value, labels) };
    },
  };
}
