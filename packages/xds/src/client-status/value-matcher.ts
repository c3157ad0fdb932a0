import type { JsonValue } from "@bufbuild/protobuf";
import type { DoubleMatcher } from "@signalbox/envoy-api/envoy/type/matcher/v3/number_pb.js";
import type { StructMatcher } from "@signalbox/envoy-api/envoy/type/matcher/v3/struct_pb.js";
import type { ValueMatcher } from "@signalbox/envoy-api/envoy/type/matcher/v3/value_pb.js";
import { matchesString } from "./string-matcher.ts";

/** Whether what lies at the matcher's path fits. Nothing lies there: it does not. */
export function matchesStruct({ path, value }: StructMatcher, struct: JsonValue): boolean {
  let found: JsonValue | undefined = struct;
  for (const { segment } of path) found = member(found, segment.value ?? "");
  return found !== undefined && value !== undefined && matchesValue(value, found);
}

function matchesValue({ matchPattern }: ValueMatcher, value: JsonValue): boolean {
  switch (matchPattern.case) {
    case "nullMatch":
      return value === null;
    case "doubleMatch":
      return typeof value === "number" && matchesDouble(matchPattern.value, value);
    case "stringMatch":
      return typeof value === "string" && matchesString(matchPattern.value, value);
    case "boolMatch":
      return value === matchPattern.value;
    case "presentMatch":
      return matchPattern.value;
    case "listMatch": {
      const { case: kind, value: one } = matchPattern.value.matchPattern;
      if (kind !== "oneOf" || !Array.isArray(value)) return false;
      return value.some((element) => matchesValue(one, element));
    }
    case "orMatch":
      return matchPattern.value.valueMatchers.some((matcher) => matchesValue(matcher, value));
    case undefined:
      return false;
  }
}

/** A range holds its start and not its end. */
function matchesDouble({ matchPattern }: DoubleMatcher, value: number): boolean {
  if (matchPattern.case === "exact") return value === matchPattern.value;
  if (matchPattern.case !== "range") return false;
  return value >= matchPattern.value.start && value < matchPattern.value.end;
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
