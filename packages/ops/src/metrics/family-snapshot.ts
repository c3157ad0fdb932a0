import type { Exemplar } from "./exemplar.ts";
import type { FamilySettings } from "./family-settings.ts";
import type { NativeBuckets } from "./native-buckets.ts";
import type { Series } from "./series.ts";

/** The values of one metric at one moment. */
export interface FamilySnapshot {
  readonly settings: FamilySettings;
  /** How many series it has. */
  readonly size: number;
  /** How many values a series has in `values`, where series follow each other by their index. */
  readonly width: number;
  readonly values: Float64Array;
  /** By the series' index; empty without native buckets. */
  readonly natives: readonly NativeBuckets[];
  /** By the series' index, then by bucket. */
  readonly exemplars: readonly (readonly (Exemplar | undefined)[] | undefined)[];
  /** The series in order of their labels; sorting yields between steps. */
  readonly order: () => Generator<undefined, readonly Series[]>;
}
