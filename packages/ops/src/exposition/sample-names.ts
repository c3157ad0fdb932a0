import type { LabelPairs } from "../metrics/attributes.ts";
import { type Escaping, isLegacyLabelName, isLegacyMetricName } from "../metrics/escape-name.ts";
import { escapedLabelText, escapeLabelValue } from "../metrics/label-text.ts";
import type { Series } from "../metrics/series.ts";

/** How the samples of a text format are named. */
export interface SampleNames {
  /** The metric's name as its HELP and TYPE lines have it. */
  readonly family: (name: string) => string;
  /** What stands before a sample's value. `labels` as `labelsOf` renders them. */
  readonly sample: (name: string, labels: string) => string;
  /** The labels of a series without braces. */
  readonly labelsOf: (series: Series) => string;
}

export function sampleNames(escaping: Escaping): SampleNames {
  return {
    family: (name) => (isLegacyMetricName(name) ? name : quoted(name)),
    sample: (name, labels) => {
      // A name in quotes moves into the braces.
      if (!isLegacyMetricName(name)) return `{${quoted(name)}${labels && `,${labels}`}}`;
      return labels === "" ? name : `${name}{${labels}}`;
    },
    labelsOf: ({ labels, text }) =>
      isAsRendered(labels, escaping) ? text : escapedLabelText(labels, escaping),
  };
}

function isAsRendered(labels: LabelPairs, escaping: Escaping): boolean {
  if (escaping === "allow-utf-8") return true;
  return escaping !== "dots" && labels.every(([name]) => isLegacyLabelName(name));
}

function quoted(name: string): string {
  return `"${escapeLabelValue(name)}"`;
}
