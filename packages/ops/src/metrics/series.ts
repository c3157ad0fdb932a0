import type { LabelPairs } from "./attributes.ts";

/** What one series of a metric is known by. Its values are in the columns of the metric. */
export interface Series {
  /** Place in the metric's columns, in order of first update. */
  readonly index: number;
  readonly labels: LabelPairs;
  /** The labels as rendered, which is also the series' identity. Empty without labels. */
  readonly text: string;
  /** Wall-clock time of the first update. */
  readonly createdMs: number;
}
