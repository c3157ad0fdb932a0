import { GrpcError, type Metadata, STATUS } from "@signalbox/grpc";
import { isInvalidTarget } from "./dial-address.ts";

/** Where a call goes, before it is known what its targets are. */
export type Route =
  /** To the service on this machine. */
  | { readonly type: "local" }
  | { readonly type: "one"; readonly target: string }
  /** In the order of the request, repeated ones too. */
  | { readonly type: "many"; readonly targets: readonly string[] };

/** What a call says about where it goes. */
export interface RoutedRequest {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly metadata: Metadata;
  /** Whether replies of many machines can be told apart. */
  readonly canFanOut: boolean;
}

/** What this process can do for calls to other machines. */
export interface RoutingFacts {
  /** False: every call is for this machine. */
  readonly isEnabled: boolean;
  /** False: it has no certificate to show to others. */
  readonly canForward: boolean;
  /** Whether a target is this machine. */
  readonly isLocal: (target: string) => boolean;
  /** Whether a target names no machine at all. */
  readonly isInvalid: (target: string) => boolean;
}

/** Of a daemon: it has a certificate, and is none of the machines. */
export const FORWARDING: RoutingFacts = Object.freeze({
  isEnabled: true,
  canForward: true,
  isLocal: () => false,
  isInvalid: isInvalidTarget,
});

/**
 * Finds out where a call goes (node-api §3.1, in its order).
 *
 * @throws GrpcError that is the end of the call
 */
export function routeCall(request: RoutedRequest, facts: RoutingFacts): Route {
  const { metadata } = request;
  if (!facts.isEnabled || metadata.get("proxyfrom") !== undefined) return { type: "local" };
  const nodes = named(metadata.getAll("nodes"), facts);
  const node = named(singleNode(metadata), facts);
  if (nodes.length > 0) return toMany(nodes, request, facts);
  const [target] = node;
  return target === undefined ? { type: "local" } : toOne(target, facts);
}

/** An empty `node` is no node: some clients send it. */
function singleNode(metadata: Metadata): readonly string[] {
  const values = metadata.getAll("node");
  if (values.length > 1) {
    throw new GrpcError(STATUS.INVALID_ARGUMENT, "node metadata must be single-valued");
  }
  return values.filter((value) => value !== "");
}

/** Who cannot forward need not: the one machine that is meant may be this one. */
function named(targets: readonly string[], facts: RoutingFacts): readonly string[] {
  const [only] = targets;
  if (facts.canForward || targets.length !== 1 || only === undefined) return targets;
  return facts.isLocal(only) ? [] : targets;
}

function toMany(targets: readonly string[], request: RoutedRequest, facts: RoutingFacts): Route {
  if (!request.canFanOut) {
    const text = `one-2-many proxying is not supported for method ${request.path}`;
    throw new GrpcError(STATUS.INVALID_ARGUMENT, text);
  }
  requireForwarding(facts);
  for (const target of targets) checkTarget(target, facts);
  return { type: "many", targets };
}

function toOne(target: string, facts: RoutingFacts): Route {
  requireForwarding(facts);
  checkTarget(target, facts);
  return { type: "one", target };
}

function requireForwarding({ canForward }: RoutingFacts): void {
  if (!canForward) throw new GrpcError(STATUS.PERMISSION_DENIED, "no request forwarding");
}

function checkTarget(target: string, { isInvalid }: RoutingFacts): void {
  if (isInvalid(target)) throw new GrpcError(STATUS.INTERNAL, `invalid target "${target}"`);
}
