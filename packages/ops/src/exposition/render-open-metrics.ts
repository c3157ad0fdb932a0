import { type Escaping, escapeMetricName } from "../metrics/escape-name.ts";
import type { Exemplar } from "../metrics/exemplar.ts";
import { COUNT, FIRST_BUCKET, SUM } from "../metrics/family-settings.ts";
import type { FamilySnapshot } from "../metrics/family-snapshot.ts";
import { boundText, floatText } from "../metrics/float-text.ts";
import { escapeLabelValue, labelText } from "../metrics/label-text.ts";
import type { Series } from "../metrics/series.ts";
import { type SampleNames, sampleNames } from "./sample-names.ts";

const PIECE = 8192;
const TOTAL = "_total";

/**
 * OpenMetrics 1.0. Counters that are not named `*_total` are of unknown type (ops §6.2). Yields
 * pieces, or nothing where it only gives others a chance to run.
 */
export function* renderOpenMetrics(
  families: readonly FamilySnapshot[],
  escaping: Escaping,
): Generator<string | undefined> {
  const names = sampleNames(escaping);
  const taken = new Set(families.map(({ settings }) => escapeMetricName(settings.name, escaping)));
  for (const family of families) {
    const name = escapeMetricName(family.settings.name, escaping);
    const type = typeOf(family, name, taken);
    const order = yield* family.order();
    const base = type === "counter" ? name.slice(0, -TOTAL.length) : name;
    const hasCreated = !taken.has(`${base}_created`);
    let text = header(names.family(base), type, family);
    for (const series of order) {
      const labels = names.labelsOf(series);
      text += SERIES_LINES[type]({ names, base, labels, series, family, hasCreated });
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
    yield text;
  }
  yield "# EOF\n";
}

type OpenMetricsType = "counter" | "gauge" | "summary" | "histogram" | "unknown";

/**
 * Without its ending a counter may have the name of another metric, which is allowed everywhere but
 * here; it keeps its ending then.
 */
function typeOf(
  { settings: { kind } }: FamilySnapshot,
  name: string,
  taken: ReadonlySet<string>,
): OpenMetricsType {
  if (kind !== "counter") return kind;
  const base = name.slice(0, -TOTAL.length);
  return name.endsWith(TOTAL) && base !== "" && !taken.has(base) ? kind : "unknown";
}

interface SeriesContext {
  readonly names: SampleNames;
  /** The family's name, to which samples add their endings. */
  readonly base: string;
  readonly labels: string;
  readonly series: Series;
  readonly family: FamilySnapshot;
  /** False where another metric has that name. */
  readonly hasCreated: boolean;
}

const SERIES_LINES: Readonly<Record<OpenMetricsType, (context: SeriesContext) => string>> = {
  counter: (context) => {
    const { family, series } = context;
    const value = floatText(family.values[series.index * family.width] ?? 0);
    const exemplar = exemplarText(family.exemplars[series.index]?.[0]);
    return line(context, TOTAL, value + exemplar) + created(context);
  },
  gauge: singleLine,
  unknown: singleLine,
  summary: (context) => sumAndCount(context) + created(context),
  histogram: (context) => buckets(context) + sumAndCount(context) + created(context),
};

function singleLine(context: SeriesContext): string {
  const { family, series } = context;
  return line(context, "", floatText(family.values[series.index * family.width] ?? 0));
}

function buckets(context: SeriesContext): string {
  const { names, base, labels, series, family } = context;
  const { bounds } = family.settings;
  const row = series.index * family.width + FIRST_BUCKET;
  const prefix = labels === "" ? "" : `${labels},`;
  let cumulative = 0;
  return Array.from({ length: bounds.length + 1 }, (_, at) => {
    cumulative += family.values[row + at] ?? 0;
    const le = boundText(bounds[at] ?? Infinity);
    const exemplar = exemplarText(family.exemplars[series.index]?.[at]);
    return `${names.sample(`${base}_bucket`, `${prefix}le="${le}"`)} ${cumulative}${exemplar}\n`;
  }).join("");
}

function sumAndCount(context: SeriesContext): string {
  const { family, series } = context;
  // The sum of what may be negative is no counter, so OpenMetrics wants neither.
  if ((family.settings.bounds[0] ?? 0) < 0) return "";
  const row = series.index * family.width;
  const sum = floatText(family.values[row + SUM] ?? 0);
  return line(context, "_sum", sum) + line(context, "_count", `${family.values[row + COUNT]}`);
}

function created(context: SeriesContext): string {
  return context.hasCreated ? line(context, "_created", seconds(context.series.createdMs)) : "";
}

function line({ names, base, labels }: SeriesContext, ending: string, value: string): string {
  return `${names.sample(`${base}${ending}`, labels)} ${value}\n`;
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return "";
  const { labels, value, atMs } = exemplar;
  return ` # {${labelText(labels)}} ${floatText(value)} ${seconds(atMs)}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function header(
  name: string,
  type: OpenMetricsType,
  { settings: { help } }: FamilySnapshot,
): string {
  const typeLine = `# TYPE ${name} ${type}\n`;
  // Unlike in the older format, quotes are escaped here too.
  const text = escapeLabelValue(help.toWellFormed());
  return help === "" ? typeLine : `${typeLine}# HELP ${name} ${text}\n`;
}
