import { bucketIndex, MIN_SCHEMA, schemaFor } from "./native-schema.ts";

/** How fine a native histogram is. All have defaults. */
export interface NativeOptions {
  /** By how much a bucket may be wider than the one before. Default: 1.1, which is schema 3. */
  readonly bucketFactor?: number | undefined;
  /** Values this near to zero share a bucket. Default: 2^-128, as Prometheus' own client has it. */
  readonly zeroThreshold?: number | undefined;
  /** With more buckets than this in one series its resolution is halved. Default: 160. */
  readonly maxBuckets?: number | undefined;
}

export interface NativeSettings {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly maxBuckets: number;
}

/** @throws RangeError for a factor that is not above 1 */
export function resolveNative({
  bucketFactor = 1.1,
  zeroThreshold = 2 ** -128,
  maxBuckets = 160,
}: NativeOptions): NativeSettings {
  if (!(bucketFactor > 1)) throw new RangeError("ops: a bucket factor is above 1");
  return { schema: schemaFor(bucketFactor), zeroThreshold, maxBuckets };
}

/** How many values fell into each exponential bucket; only buckets in use take memory. */
export class NativeBuckets {
  readonly settings: NativeSettings;
  schema: number;
  zeroCount = 0;
  readonly #sides: readonly [positive: Map<number, number>, negative: Map<number, number>];
  /** Whoever copies before writing marks here what it wrote last. */
  readonly epoch: number;

  constructor(settings: NativeSettings, epoch: number, from?: NativeBuckets) {
    this.settings = settings;
    this.epoch = epoch;
    this.schema = from?.schema ?? settings.schema;
    this.zeroCount = from?.zeroCount ?? 0;
    this.#sides = [new Map(from?.positive), new Map(from?.negative)];
  }

  get positive(): ReadonlyMap<number, number> {
    return this.#sides[0];
  }

  get negative(): ReadonlyMap<number, number> {
    return this.#sides[1];
  }

  /** NaN falls into no bucket. */
  observe(value: number): void {
    if (Number.isNaN(value)) return;
    if (Math.abs(value) <= this.settings.zeroThreshold) {
      this.zeroCount++;
      return;
    }
    const side = this.#sides[value > 0 ? 0 : 1];
    const index = bucketIndex(Math.abs(value), this.schema);
    side.set(index, (side.get(index) ?? 0) + 1);
    while (this.#isTooFine()) this.#halveResolution();
  }

  #isTooFine(): boolean {
    const used = this.positive.size + this.negative.size;
    return used > this.settings.maxBuckets && this.schema > MIN_SCHEMA;
  }

  /** Two neighbours become one. */
  #halveResolution(): void {
    this.schema--;
    for (const side of this.#sides) {
      const fine = [...side];
      side.clear();
      for (const [index, count] of fine) {
        const wide = Math.ceil(index / 2);
        side.set(wide, (side.get(wide) ?? 0) + count);
      }
    }
  }
}
