import { type Attributes, labelPairs, type LabelPairs } from "./attributes.ts";
import type { Exemplar } from "./exemplar.ts";
import { COUNT, type FamilySettings, FIRST_BUCKET, SUM } from "./family-settings.ts";
import type { FamilySnapshot } from "./family-snapshot.ts";
import { labelText } from "./label-text.ts";
import { checkLabelNames } from "./name-rules.ts";
import { NativeBuckets } from "./native-buckets.ts";
import type { Series } from "./series.ts";
import { SeriesOrder } from "./series-order.ts";

/** Takes the place of every series beyond the limit of its metric. */
const OVERFLOW: LabelPairs = [["overflow", "true"]];

const FIRST_CAPACITY = 4;

/**
 * One metric with all its series. The values are in one array, row by row, so that a scrape copies
 * them in one go however many there are.
 */
export class MetricFamily {
  readonly settings: FamilySettings;
  readonly #now: () => number;
  readonly #width: number;
  readonly #byText = new Map<string, Series>();
  /** Label names by what legacy scrapers read. */
  readonly #labelNames = new Map<string, string>();
  readonly #series: Series[] = [];
  readonly #order = new SeriesOrder();
  #values: Float64Array;
  readonly #natives: NativeBuckets[] = [];
  readonly #exemplars: (readonly (Exemplar | undefined)[] | undefined)[] = [];
  /** Grows with each snapshot: native buckets of an earlier one are copied before they change. */
  #epoch = 0;
  #refusedUpdates = 0;

  /** @param now wall-clock time in milliseconds */
  constructor(settings: FamilySettings, now: () => number) {
    this.settings = settings;
    this.#now = now;
    this.#width = widthOf(settings);
    this.#values = new Float64Array(FIRST_CAPACITY * this.#width);
  }

  /** Every series, in order of first update. */
  get series(): readonly Series[] {
    return this.#series;
  }

  /** Updates that went into the overflow series because the metric had its fill of series. */
  get refusedUpdates(): number {
    return this.#refusedUpdates;
  }

  /** Adds to a counter or a gauge. */
  add(attributes: Attributes, by: number, exemplar?: Exemplar): void {
    const { index } = this.#seriesOf(attributes);
    this.#bump(index * this.#width, by);
    if (exemplar !== undefined) this.#exemplars[index] = [exemplar];
  }

  set(attributes: Attributes, value: number): void {
    // Looked up first: a new series may move the values.
    const { index } = this.#seriesOf(attributes);
    this.#values[index * this.#width] = value;
  }

  observe(attributes: Attributes, value: number, exemplar?: Exemplar): void {
    const { index } = this.#seriesOf(attributes);
    const row = index * this.#width;
    this.#bump(row + COUNT, 1);
    this.#bump(row + SUM, value);
    if (this.settings.kind !== "histogram") return;
    const bucket = this.#bucketOf(value);
    this.#bump(row + FIRST_BUCKET + bucket, 1);
    this.#writableNative(index)?.observe(value);
    if (exemplar !== undefined) this.#setExemplar(index, bucket, exemplar);
  }

  /** The values of this moment. What is updated later does not show in it. */
  snapshot(): FamilySnapshot {
    const size = this.#series.length;
    this.#epoch++;
    return {
      settings: this.settings,
      size,
      width: this.#width,
      values: this.#values.slice(0, size * this.#width),
      natives: this.#natives.slice(),
      exemplars: this.#exemplars.slice(),
      order: () => this.#order.of(this.#series, size),
    };
  }

  #seriesOf(attributes: Attributes): Series {
    const labels = labelPairs(attributes);
    const text = labelText(labels);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const { name, kind, maxSeries } = this.settings;
    const names = checkLabelNames(name, kind, labels, this.#labelNames);
    if (this.#series.length < maxSeries) {
      for (const [legacy, label] of names) this.#labelNames.set(legacy, label);
      return this.#create(labels, text);
    }
    this.#refusedUpdates++;
    const overflow = labelText(OVERFLOW);
    return this.#byText.get(overflow) ?? this.#create(OVERFLOW, overflow);
  }

  #create(labels: LabelPairs, text: string): Series {
    const index = this.#series.length;
    const series: Series = Object.freeze({ index, labels, text, createdMs: this.#now() });
    this.#byText.set(text, series);
    this.#series.push(series);
    if ((index + 1) * this.#width > this.#values.length) this.#grow();
    const { native } = this.settings;
    if (native !== undefined) this.#natives.push(new NativeBuckets(native, this.#epoch));
    return series;
  }

  #grow(): void {
    const wider = new Float64Array(this.#values.length * 2);
    wider.set(this.#values);
    this.#values = wider;
  }

  #bump(at: number, by: number): void {
    this.#values[at] = (this.#values[at] ?? 0) + by;
  }

  /** NaN counts in the last bucket, as in Prometheus' own client. */
  #bucketOf(value: number): number {
    const { bounds } = this.settings;
    const found = bounds.findIndex((bound) => value <= bound);
    return found === -1 ? bounds.length : found;
  }

  #writableNative(index: number): NativeBuckets | undefined {
    const present = this.#natives[index];
    if (present === undefined || present.epoch === this.#epoch) return present;
    const copy = new NativeBuckets(present.settings, this.#epoch, present);
    this.#natives[index] = copy;
    return copy;
  }

  /** A new array each time: a snapshot may hold the old one. */
  #setExemplar(index: number, bucket: number, exemplar: Exemplar): void {
    const exemplars = [...(this.#exemplars[index] ?? [])];
    exemplars[bucket] = exemplar;
    this.#exemplars[index] = exemplars;
  }
}

function widthOf({ kind, bounds }: FamilySettings): number {
  if (kind === "counter" || kind === "gauge") return 1;
  return kind === "summary" ? FIRST_BUCKET : FIRST_BUCKET + bounds.length + 1;
}
