import { compareBytes } from "../compare-bytes.ts";
import { floatText } from "./float-text.ts";

/**
 * What a measurement is told apart by. Values of any type become text. In a list, the last of two
 * attributes of one key wins.
 */
export type Attributes =
  | Readonly<Record<string, unknown>>
  | readonly (readonly [key: string, value: unknown])[];

/** Keys with their text, sorted by key, each key once. */
export type LabelPairs = readonly (readonly [name: string, value: string])[];

export const NO_ATTRIBUTES: Attributes = Object.freeze({});

export function labelPairs(attributes: Attributes): LabelPairs {
  const entries = isList(attributes) ? [...new Map(attributes)] : Object.entries(attributes);
  const pairs = entries.map(
    ([name, value]) => [name, attributeText(value).toWellFormed()] as const,
  );
  return pairs.length < 2 ? pairs : pairs.sort(([a], [b]) => compareBytes(a, b));
}

/** The text of an attribute's value (ops §2), so that `1` and `"1"` are the same. */
export function attributeText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Number.isSafeInteger(value) ? String(value) : floatText(value);
    case "undefined":
      return "<nil>";
    case "object":
      return objectText(value);
    case "bigint":
    case "boolean":
    case "symbol":
    case "function":
      return String(value);
  }
}

function objectText(value: object | null): string {
  if (value === null) return "<nil>";
  if (value instanceof Error) return value.message;
  if (Array.isArray(value)) return `[${value.map(attributeText).join(" ")}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "NaN" : value.toISOString();
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const members = entries
    .map(
      ([key, item]: readonly [unknown, unknown]) =>
        [attributeText(key), attributeText(item)] as const,
    )
    .sort(([a], [b]) => compareBytes(a, b));
  return `map[${members.map((member) => member.join(":")).join(" ")}]`;
}

function isList(
  attributes: Attributes,
): attributes is Exclude<Attributes, Record<string, unknown>> {
  return Array.isArray(attributes);
}
