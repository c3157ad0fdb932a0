import type { JsonValue } from "@bufbuild/protobuf";

/** The same JSON with the keys of every object sorted. */
export function sortJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, of]) => [key, sortJson(of)]),
  );
}
