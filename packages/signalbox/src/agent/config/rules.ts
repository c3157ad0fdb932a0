/**
 * A rule for a part of a document: undefined when it holds, else what is wrong and where. The
 * agent is one file on machines of any size, so it brings no schema library.
 */
export type Rule = (value: unknown, place: string) => string | undefined;

export const isBoolean: Rule = (value, place) =>
  typeof value === "boolean" ? undefined : `${place}: is neither true nor false`;

export function text(minLength: number, maxLength: number): Rule {
  return (value, place) => {
    const holds =
      typeof value === "string" && value.length >= minLength && value.length <= maxLength;
    return holds ? undefined : `${place}: is no text of ${minLength} to ${maxLength} letters`;
  };
}

export function matching(pattern: RegExp, what: string): Rule {
  return (value, place) =>
    typeof value === "string" && pattern.test(value) ? undefined : `${place}: is no ${what}`;
}

export function oneOf(...words: readonly string[]): Rule {
  return (value, place) =>
    typeof value === "string" && words.includes(value)
      ? undefined
      : `${place}: is none of ${words.join(", ")}`;
}

export function numberFrom(least: number, most: number): Rule {
  return (value, place) =>
    typeof value === "number" && value >= least && value <= most
      ? undefined
      : `${place}: is no number from ${least} to ${most}`;
}

export function listOf(item: Rule, least: number, most: number): Rule {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) {
      return `${place}: is no list of ${least} to ${most}`;
    }
    return first(value.entries(), ([index, part]) => item(part, `${place}.${index}`));
  };
}

export function mapOf(item: Rule): Rule {
  return (value, place) => {
    if (!isMapping(value)) return `${place}: is no mapping`;
    return first(Object.entries(value), ([key, part]) => item(part, `${place}.${key}`));
  };
}

/** A mapping with these keys and no others. */
export function fields(rules: Readonly<Record<string, Rule>>, required: readonly string[]): Rule {
  return (value, place) => {
    if (!isMapping(value)) return `${place}: is no mapping`;
    const missing = required.find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return `${place}: ${missing} is missing`;
    return first(Object.entries(value), ([key, part]) => {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      return rule === undefined ? `${place}.${key}: is unknown` : rule(part, `${place}.${key}`);
    });
  };
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function first<T>(all: Iterable<T>, fault: (item: T) => string | undefined): string | undefined {
  for (const item of all) {
    const found = fault(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
