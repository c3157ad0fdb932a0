import { Problem } from "@signalbox/base";
import type { ConcurrencyLimit } from "../limits/concurrency-limit.ts";
import type { RateLimiter } from "../limits/rate-limiter.ts";
import type { Work } from "../pipeline/row.ts";
import type { RequestMetrics } from "../request-metrics.ts";

/** Limits of one principal, wherever it calls from: its rate, and what it has in flight. */
export function callerLimits(
  rate: RateLimiter,
  inFlight: ConcurrencyLimit,
  metrics: RequestMetrics,
): Work<"principal"> {
  return {
    enter: ({ principal }) => {
      const waitMs = rate.take(principal.subject);
      if (waitMs > 0) {
        metrics.limited("caller");
        throw new Problem("too_many_requests", "too many requests from this caller", {
          retryAfterMs: waitMs,
        });
      }
      if (!inFlight.acquire(principal.subject)) {
        metrics.limited("caller");
        throw new Problem("too_many_requests", "this caller has too many requests in flight");
      }
    },
    done: ({ principal }) => inFlight.release(principal.subject),
  };
}
