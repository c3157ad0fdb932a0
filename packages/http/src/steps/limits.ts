import { addressKey, Problem } from "@signalbox/base";
import type { ConcurrencyLimit } from "../limits/concurrency-limit.ts";
import type { RateLimiter } from "../limits/rate-limiter.ts";
import type { Work } from "../pipeline/row.ts";
import type { Drain } from "../transport/drain.ts";
import type { RequestMetrics } from "../request-metrics.ts";

/** Everything is counted under one key: the limit is the server's own. */
const ALL = "all";

/** Limits that need no identity: the rate of an address, and what the server has in flight. */
export function limits(
  rate: RateLimiter,
  inFlight: ConcurrencyLimit,
  drain: Drain,
  metrics: RequestMetrics,
): Work<"request"> {
  return {
    enter: ({ request }) => {
      if (drain.started) {
        metrics.limited("stopping");
        throw new Problem("unavailable", "the server is stopping");
      }
      const waitMs = rate.take(addressKey(request.caller.address));
      if (waitMs > 0) {
        metrics.limited("address");
        throw new Problem("too_many_requests", "too many requests from this address", {
          retryAfterMs: waitMs,
        });
      }
      if (!inFlight.acquire(ALL)) {
        metrics.limited("in_flight");
        throw new Problem("unavailable", "the server is at its limit of requests in flight");
      }
      metrics.inFlight(inFlight.total);
    },
    done: () => {
      inFlight.release(ALL);
      metrics.inFlight(inFlight.total);
    },
  };
}
