import type { JsonValue } from "@bufbuild/protobuf";

/**
 * Whether JSON is nested deeper than `max`. Not recursive: what it guards against is nesting that
 * no recursion survives.
 */
export function isDeeperThan(json: JsonValue, max: number): boolean {
  let level: JsonValue[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > max) return true;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return false;
}
