import type { Tracer } from "@opentelemetry/api";
import type { Clock, Log, Random } from "@signalbox/base";
import type { AuditSink } from "../audit/audit-sink.ts";
import type { Authenticator } from "../authenticator.ts";
import type { EventStreams } from "../events/event-streams.ts";
import type { IdempotencyStore } from "../idempotency/idempotency-store.ts";
import type { BodyBudget } from "../limits/body-budget.ts";
import type { ConcurrencyLimit } from "../limits/concurrency-limit.ts";
import type { RateLimiter } from "../limits/rate-limiter.ts";
import type { RequestMetrics } from "../request-metrics.ts";
import type { Router } from "../routing/router.ts";
import { accessControl } from "../steps/access-control.ts";
import { accessLog } from "../steps/access-log.ts";
import { audit } from "../steps/audit.ts";
import { authenticate } from "../steps/authenticate.ts";
import { body } from "../steps/body.ts";
import { callerLimits } from "../steps/caller-limits.ts";
import { type CorsSettings, cors } from "../steps/cors.ts";
import { deadline } from "../steps/deadline.ts";
import { handler } from "../steps/handler.ts";
import { idempotency } from "../steps/idempotency.ts";
import { limits } from "../steps/limits.ts";
import { pathAndQuery } from "../steps/path-and-query.ts";
import { recover } from "../steps/recover.ts";
import { response } from "../steps/response.ts";
import { route } from "../steps/route.ts";
import { target } from "../steps/target.ts";
import { traceRequest } from "../steps/trace.ts";
import type { Drain } from "../transport/drain.ts";
import type { ResponseCheck } from "../validation/response-check.ts";
import { createDeadlines } from "./deadline.ts";
import { type PlacedRow, startPipeline } from "./row.ts";

/** What the rows are made of. */
export interface PipelineParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly tracer: Tracer;
  readonly metrics: RequestMetrics;
  readonly cors: CorsSettings;
  readonly router: Router;
  readonly maxUrlBytes: number;
  readonly requestTimeoutMs: number;
  readonly audit: AuditSink;
  readonly addressRate: RateLimiter;
  readonly inFlight: ConcurrencyLimit;
  readonly callerRate: RateLimiter;
  readonly callerInFlight: ConcurrencyLimit;
  readonly bodyBudget: BodyBudget;
  readonly drain: Drain;
  readonly authenticator: Authenticator;
  readonly idempotency: IdempotencyStore;
  readonly responseCheck: ResponseCheck;
  readonly streams: EventStreams;
}

/**
 * The request pipeline: every request walks down these rows, and the order is the security
 * property (docs/lifecycle.md draws it). A row compiles only below the rows that add what it
 * needs.
 */
// biome-ignore format: a table reads best with one row a line
export function requestPipeline(parts: PipelineParts): readonly PlacedRow[] {
  const { log, clock, metrics, router, drain } = parts;
  return startPipeline()
    .row({ name: "recover",         routes: "every",      needs: [],                                                   adds: [],                  fails: ["internal"],                                           ...recover(log, parts.responseCheck) })
    .row({ name: "trace",           routes: "every",      needs: ["request", "head"],                                  adds: ["trace"],           fails: [],                                                     ...traceRequest(parts.tracer, parts.random) })
    .row({ name: "access log",      routes: "every",      needs: ["request", "trace"],                                 adds: ["startedMs"],       fails: [],                                                     ...accessLog(log, clock, metrics) })
    .row({ name: "cors",            routes: "every",      needs: ["request", "head"],                                  adds: ["answer"],          fails: ["invalid_request", "not_found"],                       ...cors(parts.cors, router) })
    .row({ name: "route",           routes: "every",      needs: ["request"],                                          adds: ["route"],           fails: ["not_found", "method_not_allowed", "uri_too_long", "invalid_request"], ...route(router, parts.maxUrlBytes) })
    .row({ name: "audit",           routes: "operations", needs: ["request", "trace", "route"],                        adds: ["audit"],           fails: ["unavailable"],                                        ...audit(parts.audit, clock, log) })
    .row({ name: "limits",          routes: "operations", needs: ["request"],                                          adds: [],                  fails: ["too_many_requests", "unavailable"],                   ...limits(parts.addressRate, parts.inFlight, drain, metrics) })
    .row({ name: "deadline",        routes: "operations", needs: [],                                                   adds: ["deadline"],        fails: [],                                                     ...deadline(createDeadlines(clock, parts.requestTimeoutMs, drain.requests)) })
    .row({ name: "authenticate",    routes: "operations", needs: ["request", "route", "deadline"],                     adds: ["principal", "recheck"], fails: ["unauthenticated", "invalid_request", "forbidden", "unavailable"], ...authenticate(parts.authenticator) })
    .row({ name: "caller limits",   routes: "guarded",    needs: ["request", "principal"],                             adds: [],                  fails: ["too_many_requests"],                                  ...callerLimits(parts.callerRate, parts.callerInFlight, parts.bodyBudget, metrics) })
    .row({ name: "access control",  routes: "permitted",  needs: ["route", "principal"],                               adds: [],                  fails: ["forbidden"],                                          ...accessControl() })
    .row({ name: "path and query",  routes: "operations", needs: ["request", "route"],                                 adds: ["params", "query"], fails: ["invalid_request"],                                    ...pathAndQuery() })
    .row({ name: "read body",       routes: "operations", needs: [],                                                   adds: ["bytes"],           fails: ["payload_too_large", "request_timeout"],               readsBody: true })
    .row({ name: "body",            routes: "bodied",     needs: ["request", "route", "bytes"],                        adds: ["body"],            fails: ["unsupported_media_type", "invalid_request"],          ...body() })
    .row({ name: "target",          routes: "addressed",  needs: ["route", "params", "query", "body", "principal"],    adds: ["target"],          fails: ["not_found", "forbidden"],                             ...target() })
    .row({ name: "idempotency",     routes: "repeatable", needs: ["request", "route", "principal", "deadline", "bytes"], adds: ["ticket", "answer"], fails: ["idempotency_mismatch", "invalid_request", "unavailable"], ...idempotency(parts.idempotency) })
    .row({ name: "handler",         routes: "operations", needs: ["request", "route", "trace", "deadline", "principal", "recheck", "params", "query", "body", "target", "ticket"], adds: ["reply"], fails: ["unavailable", "invalid_request"], ...handler() })
    .row({ name: "response",        routes: "operations", needs: ["request", "route", "reply", "deadline", "recheck"],  adds: ["answer"],          fails: ["internal"],                                           ...response(parts.responseCheck, parts.streams) })
    .rows;
}
