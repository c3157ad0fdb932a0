import { compareBytes } from "../compare-bytes.ts";
import type { MetricFamily } from "./metric-family.ts";

/** How many series a metric has, and which of its labels makes them so many. */
export interface CardinalityReport {
  readonly metric: string;
  readonly series: number;
  readonly maxSeries: number;
  /** Updates that found no room and went into the overflow series. */
  readonly refusedUpdates: number;
  /** The label with the most values first. */
  readonly labels: readonly {
    readonly name: string;
    readonly values: number;
    readonly example: string;
  }[];
}

/** The metrics with the most refused updates, then with the most series, first. */
export function cardinalityReport(
  families: readonly MetricFamily[],
  limit: number,
): readonly CardinalityReport[] {
  return families
    .toSorted(
      (a, b) =>
        b.refusedUpdates - a.refusedUpdates ||
        b.series.length - a.series.length ||
        compareBytes(a.settings.name, b.settings.name),
    )
    .slice(0, limit)
    .map(reportOf);
}

function reportOf({ settings, series, refusedUpdates }: MetricFamily): CardinalityReport {
  const values = new Map<string, Set<string>>();
  for (const { labels } of series) {
    for (const [name, value] of labels) {
      const seen = values.get(name) ?? new Set();
      values.set(name, seen.add(value));
    }
  }
  const labels = [...values]
    .map(([name, seen]) => ({ name, values: seen.size, example: seen.values().next().value ?? "" }))
    .sort((a, b) => b.values - a.values || compareBytes(a.name, b.name));
  const { name: metric, maxSeries } = settings;
  return { metric, series: series.length, maxSeries, refusedUpdates, labels };
}
