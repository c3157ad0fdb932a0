/** Label values of one sample; the set of names is fixed per metric. */
export type Labels = Readonly<Record<string, string>>;

/** How one metric is declared: its name follows Prometheus' conventions, with the unit last. */
export interface MetricSpec {
  readonly name: string;
  readonly help: string;
  /** Names of the labels that each sample has. Default: none. */
  readonly labels?: readonly string[];
  /** Histogram bucket bounds, in the metric's unit. */
  readonly buckets?: readonly number[];
}

/** Counts what happens; it never goes down. */
export interface Counter {
  /** @param by how much more; default 1 */
  add(labels?: Labels, by?: number): void;
}

/** Shows how much there is of something now. */
export interface Gauge {
  set(value: number, labels?: Labels): void;
}

/** Shows how values are spread over the buckets of its {@link MetricSpec}. */
export interface Histogram {
  /** @param value in the unit that the metric's name ends with */
  observe(value: number, labels?: Labels): void;
}

/** One value, or one a series; all series are said anew each time. */
export type MetricSamples = number | Iterable<readonly [value: number, labels?: Labels]>;

/** A metric whose values are asked for when somebody wants to know them. */
export interface SampledSpec extends MetricSpec {
  /** Default: `gauge`. */
  readonly kind?: "gauge" | "counter";
}

/**
 * The narrow port through which every library reports numbers. The daemon gives one that feeds
 * `/metrics`; by default a library reports to nobody.
 */
export interface Metrics {
  counter(spec: MetricSpec): Counter;
  gauge(spec: MetricSpec): Gauge;
  histogram(spec: MetricSpec): Histogram;
  /** For what is counted elsewhere, and series that come and go. `read` must be quick. */
  sampled(spec: SampledSpec, read: () => MetricSamples): void;
}

/** Metrics that go nowhere. */
export const noMetrics: Metrics = Object.freeze({
  counter: () => ({ add: () => {} }),
  gauge: () => ({ set: () => {} }),
  histogram: () => ({ observe: () => {} }),
  sampled: () => {},
});
