import type { Clock } from "@signalbox/base";

/** A token bucket's shape. */
export interface Rate {
  /** Requests that may come per second in the long run. */
  readonly perSecond: number;
  /** Requests that may come at once after a pause. */
  readonly burst: number;
}

/** Token buckets by key. */
export interface RateLimiter {
  /** Takes one token. Answers 0, or after how many milliseconds the next one is there. */
  take(key: string): number;
  /** Keys that are tracked now; never more than the limiter was made for. */
  readonly size: number;
}

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** @param maxKeys when more keys come, the one that was quiet for longest is forgotten */
export function createRateLimiter(clock: Clock, rate: Rate, maxKeys: number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    take: (key) => {
      const nowMs = clock.monotonic();
      const bucket = buckets.get(key) ?? { tokens: rate.burst, filledMs: nowMs };
      // Re-inserting keeps the map in order of use, the oldest first.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxKeys) forgetOldest(buckets);
      const earned = ((nowMs - bucket.filledMs) / 1000) * rate.perSecond;
      bucket.tokens = Math.min(rate.burst, bucket.tokens + earned);
      bucket.filledMs = nowMs;
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / rate.perSecond) * 1000);
      bucket.tokens -= 1;
      return 0;
    },
    get size() {
      return buckets.size;
    },
  };
}

function forgetOldest(buckets: Map<string, Bucket>): void {
  for (const key of buckets.keys()) {
    buckets.delete(key);
    return;
  }
}
