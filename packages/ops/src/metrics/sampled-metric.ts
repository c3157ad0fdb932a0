import { type Attributes, NO_ATTRIBUTES } from "./attributes.ts";
import type { FamilySettings } from "./family-settings.ts";
import { MetricFamily } from "./metric-family.ts";
import type { MetricOptions } from "./metric-options.ts";

/** One value, or one a series. */
export type Samples = number | Iterable<readonly [value: number, attributes?: Attributes]>;

/** Asked at each scrape, so it must be quick. */
export type SampleSource = () => Samples;

/** How a metric is declared that is asked for at each scrape. */
export interface SampledOptions extends MetricOptions {
  /** Default: `gauge`. */
  readonly kind?: "gauge" | "counter" | undefined;
}

/** A metric that is read when it is wanted, instead of being updated. */
export class SampledMetric {
  readonly settings: FamilySettings;
  readonly #read: SampleSource;
  readonly #createdMs: number;

  constructor(settings: FamilySettings, read: SampleSource, createdMs: number) {
    this.settings = settings;
    this.#read = read;
    this.#createdMs = createdMs;
  }

  /** @throws what the source throws */
  sample(): MetricFamily {
    const family = new MetricFamily(this.settings, () => this.#createdMs);
    const samples = this.#read();
    if (typeof samples === "number") {
      family.set(NO_ATTRIBUTES, samples);
      return family;
    }
    for (const [value, attributes = NO_ATTRIBUTES] of samples) family.set(attributes, value);
    return family;
  }
}
