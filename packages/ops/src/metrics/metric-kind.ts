/** What a metric is; fixed at its first update. */
export type MetricKind = "counter" | "gauge" | "summary" | "histogram";

/**
 * Names of samples that a metric of a kind writes besides its own. No other metric may have them
 * (ops §4.3).
 */
export const SAMPLE_SUFFIXES: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  summary: ["", "_count", "_sum"],
  histogram: ["", "_count", "_sum", "_bucket"],
};
