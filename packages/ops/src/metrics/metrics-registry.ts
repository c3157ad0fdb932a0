import type { Clock } from "@signalbox/base";
import { compareBytes } from "../compare-bytes.ts";
import type { Observer } from "../observers/observer.ts";
import type { Attributes } from "./attributes.ts";
import { type CardinalityReport, cardinalityReport } from "./cardinality-report.ts";
import type { FamilySnapshot } from "./family-snapshot.ts";
import { Counter, Gauge, Histogram, type InstrumentDeps, Summary } from "./instruments.ts";
import { MetricFamily } from "./metric-family.ts";
import type { MetricKind } from "./metric-kind.ts";
import {
  type CounterOptions,
  familySettings,
  type HistogramOptions,
  type MetricOptions,
  type SpanOptions,
} from "./metric-options.ts";
import { kindConflict, NameTable } from "./name-table.ts";
import { SampledMetric, type SampledOptions, type SampleSource } from "./sampled-metric.ts";
import { type Span, TimedSpan } from "./span.ts";

/** How a registry behaves. Only the clock must be given. */
export interface MetricsRegistryOptions {
  readonly clock: Clock;
  /** Series that one metric may have; what comes after goes into one of its own. Default: 2000. */
  readonly maxSeries?: number | undefined;
  /**
   * What each measurement of a counter or histogram is an example of, such as the trace under way;
   * asked every time. Default: nothing, unless the measurement says so.
   */
  readonly exemplar?: (() => Attributes | undefined) | undefined;
  /** Told of what a sampled metric threw; the scrape goes on without the metric. */
  readonly onFault?: ((error: unknown, metric: string) => void) | undefined;
}

const MAX_SERIES = 2000;

/**
 * The numbers of a process. Handles cost nothing and share metrics by name; a name's kind is fixed
 * at its first update, and a series is there once it was updated.
 *
 * @example
 * ```ts
 * const metrics = new MetricsRegistry({ clock: systemClock });
 * const requests = metrics.counter("app_requests_total", { help: "Requests served." });
 * requests.add(1, { method: "GET" });
 * using span = metrics.startSpan("app_query", { table: "users" });
 * ```
 */
export class MetricsRegistry implements Observer {
  readonly #clock: Clock;
  readonly #maxSeries: number;
  readonly #onFault: (error: unknown, metric: string) => void;
  readonly #exemplar: () => Attributes | undefined;
  readonly #names = new NameTable();
  readonly #families = new Map<string, MetricFamily>();
  readonly #sampled = new Map<string, SampledMetric>();

  constructor(options: MetricsRegistryOptions) {
    this.#clock = options.clock;
    this.#maxSeries = options.maxSeries ?? MAX_SERIES;
    this.#exemplar = options.exemplar ?? (() => undefined);
    this.#onFault = options.onFault ?? (() => {});
  }

  /** A handle that only grows. Its first update throws `conflict` when another kind has the name. */
  counter(name: string, options: CounterOptions = {}): Counter {
    const { allowsFractions = false } = options;
    return new Counter(name, this.#deps(name, "counter", options), allowsFractions);
  }

  /** A handle that goes up and down. Its first update throws as that of a counter. */
  gauge(name: string, options: MetricOptions = {}): Gauge {
    return new Gauge(this.#deps(name, "gauge", options));
  }

  /** A handle that counts and sums. Its first update throws as that of a counter. */
  summary(name: string, options: MetricOptions = {}): Summary {
    return new Summary(this.#deps(name, "summary", options));
  }

  /** A handle that distributes over buckets. Its first update throws as that of a counter. */
  histogram(name: string, options: HistogramOptions = {}): Histogram {
    return new Histogram(this.#deps(name, "histogram", options));
  }

  /** Takes the time until `end` into `NAME_duration_seconds`, with the label `outcome`. */
  startSpan(name: string, attributes: Attributes = {}, options: SpanOptions = {}): Span {
    const metric = `${name}_duration_seconds`;
    const durations =
      options.buckets === undefined && options.native === undefined
        ? this.summary(metric, options)
        : this.histogram(metric, options);
    return new TimedSpan({
      clock: this.#clock,
      observe: (seconds, outcome) => durations.observe(seconds, withOutcome(attributes, outcome)),
    });
  }

  /**
   * A metric whose values are asked for at each scrape, all its series anew; for what is counted
   * elsewhere and for series that come and go.
   *
   * @throws Problem `conflict` when the name is taken
   */
  sampled(name: string, options: SampledOptions, read: SampleSource): void {
    const { kind = "gauge" } = options;
    this.#names.claim(name, kind);
    const settings = familySettings(name, kind, options, this.#maxSeries);
    this.#sampled.set(name, new SampledMetric(settings, read, this.#clock.now()));
  }

  /** All values of this moment, by name in bytewise order. */
  snapshot(): readonly FamilySnapshot[] {
    const sampled = [...this.#sampled.values()].flatMap((metric) => this.#sample(metric));
    return [...this.#families.values(), ...sampled]
      .map((family) => family.snapshot())
      .filter(({ size }) => size > 0)
      .sort((a, b) => compareBytes(a.settings.name, b.settings.name));
  }

  /** Which metrics have the most series, and which labels make them so many. */
  cardinality(limit: number = 10): readonly CardinalityReport[] {
    return cardinalityReport([...this.#families.values()], limit);
  }

  #deps(name: string, kind: MetricKind, options: HistogramOptions): InstrumentDeps {
    let family: MetricFamily | undefined;
    return {
      bind: () => (family ??= this.#bind(name, kind, options)),
      exemplar: this.#exemplar,
      now: () => this.#clock.now(),
    };
  }

  #bind(name: string, kind: MetricKind, options: HistogramOptions): MetricFamily {
    const known = this.#families.get(name);
    if (known !== undefined) {
      if (known.settings.kind !== kind) throw kindConflict(name, kind, known.settings.kind);
      return known;
    }
    this.#names.claim(name, kind);
    const settings = familySettings(name, kind, options, this.#maxSeries);
    const family = new MetricFamily(settings, () => this.#clock.now());
    this.#families.set(name, family);
    return family;
  }

  #sample(metric: SampledMetric): readonly MetricFamily[] {
    try {
      return [metric.sample()];
    } catch (error) {
      this.#onFault(error, metric.settings.name);
      return [];
    }
  }
}

function withOutcome(attributes: Attributes, outcome: string): Attributes {
  const entries = Array.isArray(attributes) ? attributes : Object.entries(attributes);
  return [...entries, ["outcome", outcome]] as Attributes;
}
