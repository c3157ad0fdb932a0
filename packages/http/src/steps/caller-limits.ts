import { Problem } from "@signalbox/base";
import type { BodyBudget } from "../limits/body-budget.ts";
import type { ConcurrencyLimit } from "../limits/concurrency-limit.ts";
import type { RateLimiter } from "../limits/rate-limiter.ts";
import type { Work } from "../pipeline/row.ts";
import type { RequestMetrics } from "../request-metrics.ts";

/** Limits of one principal, wherever it calls from: its rate, its requests and bodies in flight. */
export function callerLimits(
  rate: RateLimiter,
  inFlight: ConcurrencyLimit,
  bodies: BodyBudget,
  metrics: RequestMetrics,
): Work<"request" | "principal"> {
  return {
    enter: ({ request, principal }) => {
      const waitMs = rate.take(principal.subject);
      if (waitMs > 0) {
        metrics.limited("caller");
        throw new Problem("too_many_requests", "too many requests from this caller", {
          retryAfterMs: waitMs,
        });
      }
      if (!bodies.acquire(principal.subject, request.headers)) {
        metrics.limited("caller");
        throw new Problem("too_many_requests", "too many large requests are in flight");
      }
      if (!inFlight.acquire(principal.subject)) {
        bodies.release(principal.subject, request.headers);
        metrics.limited("caller");
        throw new Problem("too_many_requests", "this caller has too many requests in flight");
      }
    },
    done: ({ request, principal }) => {
      bodies.release(principal.subject, request.headers);
      inFlight.release(principal.subject);
    },
  };
}
