import type { StringMatcher } from "@signalbox/envoy-api/envoy/type/matcher/v3/string_pb.js";
import { GrpcError, STATUS } from "@signalbox/grpc";

/**
 * Whether a text fits `envoy.type.matcher.v3.StringMatcher`.
 *
 * @throws GrpcError UNIMPLEMENTED for regular expressions, which here could be made to run for
 *   ever, and for matchers by extension
 */
export function matchesString({ matchPattern, ignoreCase }: StringMatcher, text: string): boolean {
  const fold = (from: string): string => (ignoreCase ? from.toLowerCase() : from);
  const folded = fold(text);
  switch (matchPattern.case) {
    case "exact":
      return folded === fold(matchPattern.value);
    case "prefix":
      return folded.startsWith(fold(matchPattern.value));
    case "suffix":
      return folded.endsWith(fold(matchPattern.value));
    case "contains":
      return folded.includes(fold(matchPattern.value));
    case "safeRegex":
    case "custom":
      throw new GrpcError(STATUS.UNIMPLEMENTED, `${matchPattern.case} is not matched here`);
    case undefined:
      throw new GrpcError(STATUS.INVALID_ARGUMENT, "a string matcher says nothing");
  }
}
