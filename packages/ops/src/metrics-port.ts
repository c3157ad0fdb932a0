import type { Labels, Metrics, MetricSpec, SampledSpec } from "@signalbox/base";
import { DEFAULT_BUCKETS } from "./metrics/metric-options.ts";
import type { MetricDeclarations } from "./metrics/metric-declarations.ts";

/**
 * A registry as the port through which Signalbox's libraries report. Counters may grow by
 * fractions there, and histograms have native buckets beside the classic ones.
 */
export function metricsPort(registry: MetricDeclarations): Metrics {
  return {
    counter: ({ name, help, labels }: MetricSpec) => {
      const counter = registry.counter(name, { help, labels, allowsFractions: true });
      return { add: (labels: Labels = {}, by = 1) => counter.add(by, labels) };
    },
    gauge: ({ name, help, labels }: MetricSpec) => {
      const gauge = registry.gauge(name, { help, labels });
      return { set: (value: number, labels: Labels = {}) => gauge.set(value, labels) };
    },
    histogram: ({ name, help, labels, buckets = DEFAULT_BUCKETS }: MetricSpec) => {
      const histogram = registry.histogram(name, { help, labels, buckets, native: {} });
      return { observe: (value: number, labels: Labels = {}) => histogram.observe(value, labels) };
    },
    sampled: ({ name, help, labels, kind }: SampledSpec, read) =>
      registry.sampled(name, { help, labels, kind }, read),
  };
}
