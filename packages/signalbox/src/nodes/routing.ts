import { GrpcError, type Metadata, STATUS } from "@signalbox/grpc";

/** Where a call goes, before it is known what its targets are. */
export type Route =
  /** To the host of the daemon: no machine is named. */
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

/**
 * Finds out where a call goes (node-api §3.1, in its order, of a daemon that is none of the machines).
 *
 * @param isInvalid whether a target names no machine at all
 * @throws GrpcError that is the end of the call
 */
export function routeCall(request: RoutedRequest, isInvalid: (target: string) => boolean): Route {
  const { metadata, path, canFanOut } = request;
  if (metadata.get("proxyfrom") !== undefined) return { type: "local" };
  const targets = metadata.getAll("nodes");
  const target = singleNode(metadata);
  if (targets.length > 0) {
    if (!canFanOut) throw notForMany(path);
    for (const name of targets) checkTarget(name, isInvalid);
    return { type: "many", targets };
  }
  if (target === undefined) return { type: "local" };
  checkTarget(target, isInvalid);
  return { type: "one", target };
}

/** An empty `node` is no node: some clients send it. */
function singleNode(metadata: Metadata): string | undefined {
  const values = metadata.getAll("node");
  if (values.length > 1) {
    throw new GrpcError(STATUS.INVALID_ARGUMENT, "node metadata must be single-valued");
  }
  return values.find((value) => value !== "");
}

function notForMany(path: string): GrpcError {
  const text = `one-2-many proxying is not supported for method ${path}`;
  return new GrpcError(STATUS.INVALID_ARGUMENT, text);
}

function checkTarget(target: string, isInvalid: (target: string) => boolean): void {
  if (isInvalid(target)) throw new GrpcError(STATUS.INTERNAL, `invalid target "${target}"`);
}
