/** Label values of one sample; the set of names is fixed per metric. */
export type Labels = Readonly<Record<string, string>>;

/** How one metric is declared: its name follows Prometheus' conventions, with the unit last. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Histogram bucket bounds, in the metric's unit. */
  readonly buckets?: readonly number[];
}

export interface Counter {
  add(labels?: Labels, by?: number): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

/**
 * The narrow port through which every library reports numbers. The daemon gives one that feeds
 * `/metrics`; by default a library reports to nobody.
 */
export interface Metrics {
  counter(spec: MetricSpec): Counter;
  gauge(spec: MetricSpec): Gauge;
  histogram(spec: MetricSpec): Histogram;
}

/** Metrics that go nowhere. */
export const noMetrics: Metrics = Object.freeze({
  counter: () => ({ add: () => {} }),
  gauge: () => ({ set: () => {} }),
  histogram: () => ({ observe: () => {} }),
});
