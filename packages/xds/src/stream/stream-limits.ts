import { GrpcError, STATUS } from "@signalbox/grpc";

/** What one stream may ask for. */
export interface StreamLimits {
  /** Types that one stream names. Default 64. */
  readonly maxTypes: number;
  /** Names that one stream holds of one type. Default 200,000. */
  readonly maxNames: number;
  /** Characters of one name, of a type's URL, and of a version that a client brings. Default 4,096. */
  readonly maxNameLength: number;
  /** Bytes of the node and of all names that one stream holds, about. Default 64 MiB. */
  readonly maxStreamBytes: number;
  /** The same of all streams of a server. Default 1 GiB. */
  readonly maxHeldBytes: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = Object.freeze({
  maxTypes: 64,
  maxNames: 200_000,
  maxNameLength: 4096,
  maxStreamBytes: 64 << 20,
  maxHeldBytes: 1 << 30,
});

/** @throws GrpcError when a name is too long or there are too many in one request */
export function assertNames(names: Iterable<string>, limits: StreamLimits): void {
  let count = 0;
  for (const { length } of names) {
    count += 1;
    if (length > limits.maxNameLength) {
      throw new GrpcError(
        STATUS.INVALID_ARGUMENT,
        `a name is longer than ${limits.maxNameLength} characters`,
      );
    }
  }
  // A reconnect names what it subscribes to and, once more, what it has, with its version.
  assertCount(count, 4 * limits.maxNames, "names in one request");
}

/** @throws GrpcError when `count` is beyond `limit` */
export function assertCount(count: number, limit: number, what: string): void {
  if (count <= limit) return;
  throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, `more than ${limit} ${what}`);
}
