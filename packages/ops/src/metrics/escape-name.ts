/**
 * How names that legacy scrapers cannot read are written: as they are in quotes, or turned into
 * legacy names in one of three ways (Prometheus' `escaping=` parameter, ops §4.3).
 */
export type Escaping = "allow-utf-8" | "underscores" | "dots" | "values";

const LEGACY_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export const isLegacyMetricName = (name: string): boolean => LEGACY_METRIC.test(name);
export const isLegacyLabelName = (name: string): boolean => LEGACY_LABEL.test(name);

export function escapeMetricName(name: string, escaping: Escaping): string {
  return escapeName(name, escaping, LEGACY_METRIC);
}

/** Labels know no colon. */
export function escapeLabelName(name: string, escaping: Escaping): string {
  return escapeName(name, escaping, LEGACY_LABEL);
}

/** `legacy` matches a whole legacy name, and so a single character where one may begin. */
function escapeName(name: string, escaping: Escaping, legacy: RegExp): string {
  if (escaping === "allow-utf-8") return name;
  // The scheme `dots` doubles underscores in legacy names too, so that it can be undone.
  if (escaping !== "dots" && legacy.test(name)) return name;
  const escape = ESCAPES[escaping];
  const isLegacyAt = (character: string, at: number): boolean =>
    legacy.test(at === 0 ? character : `_${character}`);
  const text = Array.from(name, (character, at) =>
    character !== "_" && isLegacyAt(character, at) ? character : escape(character),
  ).join("");
  return escaping === "values" ? `U__${text}` : text;
}

/** What stands for an underscore and for a character that legacy names lack. */
const ESCAPES: Readonly<Record<Exclude<Escaping, "allow-utf-8">, (character: string) => string>> = {
  underscores: () => "_",
  dots: (character) => (character === "." ? "_dot_" : "__"),
  values: (character) =>
    character === "_" ? "__" : `_${(character.codePointAt(0) ?? 0).toString(16)}_`,
};
