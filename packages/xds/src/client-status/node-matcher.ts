import type { JsonObject } from "@bufbuild/protobuf";
import type { NodeMatcher } from "@signalbox/envoy-api/envoy/type/matcher/v3/node_pb.js";
import { matchesString } from "./string-matcher.ts";
import { matchesStruct } from "./value-matcher.ts";

/** What matchers look at. Metadata is decoded when one of them asks for it. */
export interface MatchedNode {
  readonly id: string;
  metadata(): JsonObject;
}

/**
 * Whether a node fits any of the matchers; without any, all do (xds §1.2). Within one matcher the
 * id and every metadata matcher must fit.
 *
 * @throws GrpcError when a matcher is one that is not supported
 */
export function matchesNode(matchers: readonly NodeMatcher[], node: MatchedNode): boolean {
  return matchers.length === 0 || matchers.some((matcher) => fits(matcher, node));
}

function fits({ nodeId, nodeMetadatas }: NodeMatcher, node: MatchedNode): boolean {
  if (nodeId !== undefined && !matchesString(nodeId, node.id)) return false;
  return nodeMetadatas.every((matcher) => matchesStruct(matcher, node.metadata()));
}
