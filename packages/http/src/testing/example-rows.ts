import { trace } from "@opentelemetry/api";
import { noMetrics, seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import { noAudit } from "../audit/audit-sink.ts";
import { DEFAULT_LIMITS } from "../http-server-options.ts";
import { createMemoryIdempotencyStore } from "../idempotency/memory-idempotency-store.ts";
import { createBodyBudget } from "../limits/body-budget.ts";
import { createConcurrencyLimit } from "../limits/concurrency-limit.ts";
import { createRateLimiter } from "../limits/rate-limiter.ts";
import type { PlacedRow } from "../pipeline/row.ts";
import { requestPipeline } from "../pipeline/table.ts";
import { createRequestMetrics } from "../request-metrics.ts";
import { createRouter } from "../routing/router.ts";
import { createDrain } from "../transport/drain.ts";
import { createResponseCheck } from "../validation/response-check.ts";
import { createSchemaCompiler } from "../validation/schema-compiler.ts";
import { exampleAuthenticator } from "./example-service.ts";

/** The table itself, made of parts that do nothing. */
export function exampleRows(): readonly PlacedRow[] {
  const clock = new VirtualClock();
  const drain = createDrain();
  const rate = createRateLimiter(clock, { perSecond: 1, burst: 1 }, 1);
  const inFlight = createConcurrencyLimit(1);
  return requestPipeline({
    log: silentLog,
    clock,
    random: seededRandom(1),
    tracer: trace.getTracer("test"),
    metrics: createRequestMetrics(noMetrics),
    cors: { allowOrigins: ["*"], maxAgeSeconds: 1 },
    router: createRouter([]),
    maxUrlBytes: 1,
    requestTimeoutMs: 1,
    audit: noAudit,
    addressRate: rate,
    inFlight,
    callerRate: rate,
    callerInFlight: inFlight,
    bodyBudget: createBodyBudget(DEFAULT_LIMITS),
    drain,
    authenticator: exampleAuthenticator,
    idempotency: createMemoryIdempotencyStore(clock),
    responseCheck: createResponseCheck("off", createSchemaCompiler(), silentLog),
    streams: { clock, heartbeatMs: 1, stopping: drain.streams },
  });
}
