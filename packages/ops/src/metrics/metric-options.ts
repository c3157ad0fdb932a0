import type { FamilySettings } from "./family-settings.ts";
import type { MetricKind } from "./metric-kind.ts";
import { type NativeOptions, resolveNative } from "./native-buckets.ts";

/** How a metric is made; the first handle that updates it decides. */
export interface MetricOptions {
  /** What it counts, for its HELP line. Without one there is no such line. */
  readonly help?: string | undefined;
  /** Names of its labels, for a catalogue of metrics; any others are taken as well. */
  readonly labels?: readonly string[] | undefined;
  /** Series it may have. Default: the registry's. */
  readonly maxSeries?: number | undefined;
}

/** How a counter is declared. */
export interface CounterOptions extends MetricOptions {
  /** Whether it may grow by fractions, as a counter of seconds does. Default: false. */
  readonly allowsFractions?: boolean | undefined;
}

/** How a histogram is declared. */
export interface HistogramOptions extends MetricOptions {
  /** Upper bounds of classic buckets, without +Inf. Default: 5 ms to 10 s; none if native alone. */
  readonly buckets?: readonly number[] | undefined;
  /** Exponential buckets, which only the protobuf format carries. Default: none. */
  readonly native?: NativeOptions | undefined;
}

/** With buckets, a span's times go into a histogram, otherwise into a summary. */
export type SpanOptions = HistogramOptions;

/** Those of Prometheus' own clients, in seconds. */
export const DEFAULT_BUCKETS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

export function familySettings(
  name: string,
  kind: MetricKind,
  options: HistogramOptions,
  maxSeries: number,
): FamilySettings {
  const native =
    kind === "histogram" && options.native !== undefined
      ? resolveNative(options.native)
      : undefined;
  return Object.freeze({
    name,
    kind,
    help: options.help ?? "",
    bounds: kind === "histogram" ? boundsOf(options) : [],
    native,
    maxSeries: options.maxSeries ?? maxSeries,
  });
}

/** Ascending and once each; +Inf is always there and not said. */
function boundsOf({ buckets, native }: HistogramOptions): readonly number[] {
  const bounds = buckets ?? (native === undefined ? DEFAULT_BUCKETS : []);
  return [...new Set(bounds)].filter(Number.isFinite).sort((a, b) => a - b);
}
