import { GrpcError, STATUS } from "@signalbox/grpc";

/** What one stream may ask for. */
export interface StreamLimits {
  /** Types that one stream names. Default 64. */
  readonly maxTypes: number;
  /** Names that one stream holds of one type. Default 200,000. */
  readonly maxNames: number;
  /** Characters of one name. Default 4,096. */
  readonly maxNameLength: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = Object.freeze({
  maxTypes: 64,
  maxNames: 200_000,
  maxNameLength: 4096,
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
  // A reconnect names what it subscribes to and, once more, what it has.
  assertCount(count, 3 * limits.maxNames, "names in one request");
}

/** @throws GrpcError when `count` is beyond `limit` */
export function assertCount(count: number, limit: number, what: string): void {
  if (count <= limit) return;
  throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, `more than ${limit} ${what}`);
}
