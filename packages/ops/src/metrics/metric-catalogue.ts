import type { Clock } from "@signalbox/base";
import { compareBytes } from "../compare-bytes.ts";
import type { Counter, Gauge, Histogram, Summary } from "./instruments.ts";
import type { MetricDeclarations } from "./metric-declarations.ts";
import type { MetricKind } from "./metric-kind.ts";
import {
  type CounterOptions,
  familySettings,
  type HistogramOptions,
  type MetricOptions,
} from "./metric-options.ts";
import { MetricsRegistry } from "./metrics-registry.ts";
import type { SampledOptions, SampleSource } from "./sampled-metric.ts";

/** One metric as it was declared. */
export interface CataloguedMetric {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's classic buckets, without +Inf; empty for other kinds. */
  readonly buckets: readonly number[];
  /** Whether the protobuf format has native buckets of it. */
  readonly isNative: boolean;
}

/**
 * Writes down what is declared, for documents, dashboards and tests: a registry itself knows of a
 * metric from its first update on.
 */
export class MetricCatalogue implements MetricDeclarations {
  readonly #registry: MetricsRegistry;
  readonly #entries = new Map<string, CataloguedMetric>();

  constructor(clock: Clock) {
    this.#registry = new MetricsRegistry({ clock });
  }

  /** By name in bytewise order. */
  entries(): readonly CataloguedMetric[] {
    return [...this.#entries.values()].sort((a, b) => compareBytes(a.name, b.name));
  }

  counter(name: string, options: CounterOptions = {}): Counter {
    this.#note(name, "counter", options);
    return this.#registry.counter(name, options);
  }

  gauge(name: string, options: MetricOptions = {}): Gauge {
    this.#note(name, "gauge", options);
    return this.#registry.gauge(name, options);
  }

  summary(name: string, options: MetricOptions = {}): Summary {
    this.#note(name, "summary", options);
    return this.#registry.summary(name, options);
  }

  histogram(name: string, options: HistogramOptions = {}): Histogram {
    this.#note(name, "histogram", options);
    return this.#registry.histogram(name, options);
  }

  sampled(name: string, options: SampledOptions, _read: SampleSource): void {
    this.#note(name, options.kind ?? "gauge", options);
  }

  #note(name: string, kind: MetricKind, options: HistogramOptions): void {
    const { help, bounds, native } = familySettings(name, kind, options, 0);
    const labels = options.labels ?? [];
    const isNative = native !== undefined;
    this.#entries.set(name, { name, kind, help, labels, buckets: bounds, isNative });
  }
}
