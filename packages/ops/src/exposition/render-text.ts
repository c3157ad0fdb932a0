import type { Escaping } from "../metrics/escape-name.ts";
import { COUNT, FIRST_BUCKET, SUM } from "../metrics/family-settings.ts";
import type { FamilySnapshot } from "../metrics/family-snapshot.ts";
import { floatText } from "../metrics/float-text.ts";
import { escapeMetricName } from "../metrics/escape-name.ts";
import { type SampleNames, sampleNames } from "./sample-names.ts";

/** Text is handed on in pieces of about so many characters. */
const PIECE = 8192;

/**
 * Prometheus' text format 0.0.4, to the letter of ops §2.1. Yields pieces of it, or nothing where
 * it only gives others a chance to run.
 */
export function* renderText(
  families: readonly FamilySnapshot[],
  escaping: Escaping,
): Generator<string | undefined> {
  const names = sampleNames(escaping);
  for (const family of families) {
    const name = escapeMetricName(family.settings.name, escaping);
    const lines = SERIES_LINES[family.settings.kind];
    const order = yield* family.order();
    let text = header(names.family(name), family);
    for (const series of order) {
      const labels = names.labelsOf(series);
      text += lines({ names, name, labels, family, row: series.index * family.width });
      if (text.length < PIECE) continue;
      yield text;
      text = "";
    }
    yield text;
  }
}

interface SeriesContext {
  readonly names: SampleNames;
  readonly name: string;
  readonly labels: string;
  readonly family: FamilySnapshot;
  /** Where the series' values begin. */
  readonly row: number;
}

type SeriesLines = (context: SeriesContext) => string;

const SERIES_LINES: Readonly<Record<FamilySnapshot["settings"]["kind"], SeriesLines>> = {
  counter: singleLine,
  gauge: singleLine,
  summary: ({ names, name, labels, family: { values }, row }) =>
    `${names.sample(`${name}_count`, labels)} ${values[row + COUNT]}\n` +
    `${names.sample(`${name}_sum`, labels)} ${floatText(values[row + SUM] ?? 0)}\n`,
  histogram: ({ names, name, labels, family, row }) => {
    const { values, settings } = family;
    const prefix = labels === "" ? "" : `${labels},`;
    let text = "";
    let cumulative = 0;
    for (let at = 0; at <= settings.bounds.length; at++) {
      cumulative += values[row + FIRST_BUCKET + at] ?? 0;
      const le = floatText(settings.bounds[at] ?? Infinity);
      text += `${names.sample(`${name}_bucket`, `${prefix}le="${le}"`)} ${cumulative}\n`;
    }
    return (
      `${text}${names.sample(`${name}_sum`, labels)} ${floatText(values[row + SUM] ?? 0)}\n` +
      `${names.sample(`${name}_count`, labels)} ${values[row + COUNT]}\n`
    );
  },
};

function singleLine({ names, name, labels, family, row }: SeriesContext): string {
  return `${names.sample(name, labels)} ${floatText(family.values[row] ?? 0)}\n`;
}

function header(name: string, { settings: { help, kind } }: FamilySnapshot): string {
  const type = `# TYPE ${name} ${kind}\n`;
  return help === "" ? type : `# HELP ${name} ${escapeHelp(help)}\n${type}`;
}

function escapeHelp(help: string): string {
  return help.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
