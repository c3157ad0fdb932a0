import { type Tracer, trace } from "@opentelemetry/api";
import {
  type Clock,
  type Log,
  type Metrics,
  noMetrics,
  type Random,
  silentLog,
  systemClock,
  systemRandom,
} from "@signalbox/base";
import { type AuditSink, noAudit } from "./audit/audit-sink.ts";
import type { Authenticator } from "./authenticator.ts";
import type { IdempotencyStore } from "./idempotency/idempotency-store.ts";
import { createMemoryIdempotencyStore } from "./idempotency/memory-idempotency-store.ts";
import type { Rate } from "./limits/rate-limiter.ts";
import type { Operation } from "./operation.ts";
import type { DocumentInfo } from "./openapi/openapi-document.ts";
import type { CorsSettings } from "./steps/cors.ts";
import type { UpgradeRoute } from "./upgrade/upgrade-route.ts";
import type { TlsOptions } from "./transport/node-server.ts";
import type { CheckResponses } from "./validation/response-check.ts";
import { createSchemaCompiler, type SchemaCompiler } from "./validation/schema-compiler.ts";

/** Sizes, times and numbers that one caller may take up. */
export interface Limits {
  /** Largest body; default 1 MiB. */
  readonly bodyBytes: number;
  /** All headers of a request together; default 16 KiB. */
  readonly headerBytes: number;
  /** Default 8 KiB. */
  readonly urlBytes: number;
  /** Time from the first byte of a request to the end of its headers; default 10 s. */
  readonly headersTimeoutMs: number;
  /** Time from the first byte of a request to the end of its body; default 30 s. */
  readonly receiveTimeoutMs: number;
  /** Time from the routing of a request to its answer; default 30 s. */
  readonly requestTimeoutMs: number;
  /**
   * How long a connection with a request on it may stand still: nobody reads the answer, or sends
   * the rest; default 60 s. Handlers have their whole `requestTimeoutMs` in any case.
   */
  readonly sendTimeoutMs: number;
  /** How long an idle connection is kept; default 65 s. */
  readonly keepAliveTimeoutMs: number;
  /** Open connections; default 10,000. */
  readonly connections: number;
  /** Requests and event streams in flight; default 4,000. */
  readonly inFlight: number;
  /** The same of one principal; default 1,000. */
  readonly callerInFlight: number;
  /** Bytes of bodies that one principal has in flight; default 16 MiB. */
  readonly callerBodyBytes: number;
  /** The same of all together; default 64 MiB. */
  readonly bodyBytesInFlight: number;
  /** Requests of one address (an IPv6 /64), identity unknown; default 2,000/s, burst 4,000. */
  readonly addressRate: Rate;
  /** Requests of one principal; default 2,000/s, burst 4,000. */
  readonly callerRate: Rate;
  /** Addresses and principals whose rate is remembered; default 10,000 of each. */
  readonly trackedCallers: number;
  /** How long `close` waits for what is in flight; default 10 s. */
  readonly drainTimeoutMs: number;
  /** Silence on an event stream after which a sign of life is sent; default 15 s. */
  readonly heartbeatMs: number;
  /** Open WebSockets; default 200. */
  readonly webSockets: number;
}

/** What holds where a server is given no limit of its own. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  headersTimeoutMs: 10_000,
  receiveTimeoutMs: 30_000,
  requestTimeoutMs: 30_000,
  sendTimeoutMs: 60_000,
  keepAliveTimeoutMs: 65_000,
  connections: 10_000,
  inFlight: 4_000,
  callerInFlight: 1_000,
  callerBodyBytes: 16 * 1024 * 1024,
  bodyBytesInFlight: 64 * 1024 * 1024,
  addressRate: Object.freeze({ perSecond: 2_000, burst: 4_000 }),
  callerRate: Object.freeze({ perSecond: 2_000, burst: 4_000 }),
  trackedCallers: 10_000,
  drainTimeoutMs: 10_000,
  heartbeatMs: 15_000,
  webSockets: 200,
});

/** compute-api §4.8: any origin, a day. */
const DEFAULT_CORS: CorsSettings = Object.freeze({
  allowOrigins: Object.freeze(["*"]),
  maxAgeSeconds: 86_400,
});

/** What a server is made from. Only the first three have no default. */
export interface HttpServerOptions<Services> {
  readonly operations: readonly Operation<Services>[];
  /** Handed to every handler and target. */
  readonly services: Services;
  readonly authenticator: Authenticator;
  /** Serves `/openapi.json` and `/docs` under this name; default: neither. */
  readonly document?: DocumentInfo;
  /** Default: nothing is kept. */
  readonly audit?: AuditSink;
  /** Default: silent. */
  readonly log?: Log;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: the machine's. */
  readonly random?: Random;
  /** Default: nobody is told. */
  readonly metrics?: Metrics;
  /** Default: the global provider's, which does nothing until one is installed. */
  readonly tracer?: Tracer;
  readonly limits?: Partial<Limits>;
  /** Default: any origin, preflights kept for a day. */
  readonly cors?: Partial<CorsSettings>;
  /** Default: plain HTTP. */
  readonly tls?: TlsOptions;
  /** Addresses and prefixes whose `X-Forwarded-*` and `Ssl-Client-*` are believed; default none. */
  readonly trustedProxies?: readonly string[];
  /** Default: 10,000 keys in memory, for a day. */
  readonly idempotency?: IdempotencyStore;
  /** Paths whose connections become WebSockets; default none. */
  readonly upgrades?: readonly UpgradeRoute[];
  /** Default `off`; tests use `throw`. */
  readonly checkResponses?: CheckResponses;
  /** What several servers of the same operations may share; default: one of its own. */
  readonly schemas?: SchemaCompiler;
}

/** The options with every default filled in. */
export interface HttpServerSettings {
  readonly authenticator: Authenticator;
  readonly audit: AuditSink;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly limits: Limits;
  readonly cors: CorsSettings;
  readonly tls: TlsOptions | undefined;
  readonly trustedProxies: readonly string[];
  readonly idempotency: IdempotencyStore;
  readonly upgrades: readonly UpgradeRoute[];
  readonly checkResponses: CheckResponses;
  readonly schemas: SchemaCompiler;
}

/** @throws Error when an option makes no sense */
export function resolveOptions<Services>(options: HttpServerOptions<Services>): HttpServerSettings {
  const clock = options.clock ?? systemClock;
  const settings = {
    authenticator: options.authenticator,
    audit: options.audit ?? noAudit,
    log: options.log ?? silentLog,
    clock,
    random: options.random ?? systemRandom,
    metrics: options.metrics ?? noMetrics,
    tracer: options.tracer ?? trace.getTracer("@signalbox/http"),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    cors: { ...DEFAULT_CORS, ...options.cors },
    tls: options.tls,
    trustedProxies: options.trustedProxies ?? [],
    idempotency: options.idempotency ?? createMemoryIdempotencyStore(clock),
    upgrades: options.upgrades ?? [],
    checkResponses: options.checkResponses ?? "off",
    schemas: options.schemas ?? createSchemaCompiler(),
  };
  if (settings.cors.allowOrigins.length === 0) throw new Error("cors.allowOrigins is empty");
  return settings;
}
