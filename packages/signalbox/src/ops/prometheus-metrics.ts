import type { Labels, Metrics, MetricSpec } from "@signalbox/base";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The metrics port with the text that a scrape is answered with. */
export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** Every metric in Prometheus' text format. */
  render(): Promise<string>;
}

/**
 * Metrics that a Prometheus server can scrape, with those of the process and its event loop.
 * Two parts that declare the same name share the metric.
 */
export function createPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    counter: (spec) => {
      const counter = shared(registry, spec, (options) => new Counter(options));
      return { add: (labels: Labels = {}, by = 1) => counter.inc(labels, by) };
    },
    gauge: (spec) => {
      const gauge = shared(registry, spec, (options) => new Gauge(options));
      return { set: (value: number, labels: Labels = {}) => gauge.set(labels, value) };
    },
    histogram: (spec) => {
      const buckets = spec.buckets === undefined ? {} : { buckets: [...spec.buckets] };
      const histogram = shared(
        registry,
        spec,
        (options) => new Histogram({ ...options, ...buckets }),
      );
      return { observe: (value: number, labels: Labels = {}) => histogram.observe(labels, value) };
    },
    sampled: (spec, read) => {
      const gauge: Gauge = new Gauge({
        name: spec.name,
        help: spec.help,
        registers: [registry],
        labelNames: [...(spec.labels ?? [])],
        collect: (): void => {
          const samples = read();
          gauge.reset();
          if (typeof samples === "number") gauge.set(samples);
          else for (const [value, labels = {}] of samples) gauge.set(labels, value);
        },
      });
    },
  };
}

interface MetricOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

function shared<T>(registry: Registry, spec: MetricSpec, make: (options: MetricOptions) => T): T {
  const known = registry.getSingleMetric(spec.name);
  if (known !== undefined) return known as T;
  return make({
    name: spec.name,
    help: spec.help,
    labelNames: [...(spec.labels ?? [])],
    registers: [registry],
  });
}
