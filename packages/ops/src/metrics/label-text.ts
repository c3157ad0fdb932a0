import type { LabelPairs } from "./attributes.ts";
import { type Escaping, escapeLabelName, isLegacyLabelName } from "./escape-name.ts";

const SPECIAL = /[\\"\n]/;
const ALL_SPECIAL = /[\\"\n]/g;
const ESCAPED: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

/** Escapes exactly backslash, quote and line feed: parsers refuse every other escape (ops §2.1). */
export function escapeLabelValue(value: string): string {
  return SPECIAL.test(value)
    ? value.replace(ALL_SPECIAL, (character) => ESCAPED[character] ?? character)
    : value;
}

/** `k="v",k2="v2"`, in the order given. A name that is not a legacy one is quoted. */
export function labelText(labels: LabelPairs): string {
  let text = "";
  for (const [name, value] of labels) {
    const written = isLegacyLabelName(name) ? name : `"${escapeLabelValue(name)}"`;
    text += `${text === "" ? "" : ","}${written}="${escapeLabelValue(value)}"`;
  }
  return text;
}

/** As `labelText`, with names escaped. */
export function escapedLabelText(labels: LabelPairs, escaping: Escaping): string {
  return labelText(labels.map(([name, value]) => [escapeLabelName(name, escaping), value]));
}
