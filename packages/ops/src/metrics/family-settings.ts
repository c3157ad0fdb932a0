import type { MetricKind } from "./metric-kind.ts";
import type { NativeSettings } from "./native-buckets.ts";

/** What one metric is, fixed at its first update. */
export interface FamilySettings {
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  /** Upper bounds of a histogram's classic buckets, ascending, without +Inf. */
  readonly bounds: readonly number[];
  /** Absent: no native buckets. */
  readonly native: NativeSettings | undefined;
  readonly maxSeries: number;
}

/** Columns of distributions; counters and gauges have one. Buckets come after. */
export const COUNT = 0;
export const SUM = 1;
export const FIRST_BUCKET = 2;
