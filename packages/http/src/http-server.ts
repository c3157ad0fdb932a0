import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@signalbox/base";
import type { InjectOptions, LightMyRequestResponse } from "fastify";
import { createBodyBudget } from "./limits/body-budget.ts";
import { type ConcurrencyLimit, createConcurrencyLimit } from "./limits/concurrency-limit.ts";
import { createRateLimiter, type RateLimiter } from "./limits/rate-limiter.ts";
import {
  type HttpServerOptions,
  type HttpServerSettings,
  resolveOptions,
} from "./http-server-options.ts";
import { documentOperations } from "./openapi/document-operations.ts";
import type { Operation } from "./operation.ts";
import { compilePipeline } from "./pipeline/compile.ts";
import { createEngine } from "./pipeline/engine.ts";
import type { PlacedRow } from "./pipeline/row.ts";
import { requestPipeline } from "./pipeline/table.ts";
import { createRequestMetrics } from "./request-metrics.ts";
import { type MountedOperation, mountOperation } from "./routing/mounted-operation.ts";
import { createRouter } from "./routing/router.ts";
import { createCallerReader } from "./transport/caller.ts";
import { createDrain, type Drain } from "./transport/drain.ts";
import { replaceTls, type TlsOptions } from "./transport/node-server.ts";
import { createUpgradeGate } from "./upgrade/upgrade-gate.ts";
import { createResponseCheck } from "./validation/response-check.ts";

/** Where a server listens. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** What a server keeps for its callers now. */
export interface HttpServerStats {
  /** Requests and event streams. */
  readonly inFlight: number;
  /** Addresses and callers whose rate is known. */
  readonly addresses: number;
  readonly callers: number;
  /** Answers that a repeated request would get; undefined where the store does not count them. */
  readonly idempotencyKeys: number | undefined;
}

/** A running REST service. */
export interface HttpServer {
  /** Binds the listener; answers the real address. @throws the system's error */
  listen(options: ListenOptions): Promise<AddressInfo>;
  /** One request without a socket, for tests. */
  inject(request: InjectOptions): Promise<LightMyRequestResponse>;
  /**
   * New handshakes are made with these; connections that stand go on. Whether clients are asked for
   * certificates stays as it was when the server was made.
   *
   * @throws Error when the server speaks no TLS, or the texts are no certificate and its key
   */
  setTls(tls: TlsOptions): void;
  stats(): HttpServerStats;
  /**
   * Stops taking requests, ends event streams, waits for what is in flight until the drain
   * deadline, then cuts it off. Calling it again waits for the same end.
   */
  close(): Promise<void>;
}

/**
 * Composes operations and the request pipeline into a server.
 *
 * @example
 * ```ts
 * const server = createHttpServer({ operations: [getServer], services, authenticator });
 * const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
 * await server.close();
 * ```
 * @throws Error when two operations clash or a schema is not valid
 */
export function createHttpServer<Services>(options: HttpServerOptions<Services>): HttpServer {
  const settings = resolveOptions(options);
  const { limits, clock, schemas } = settings;
  const operations = declaredOperations(options).map((operation) =>
    mountOperation(operation, options.services, schemas),
  );
  const drain = createDrain();
  const gates: Gates = {
    addressRate: createRateLimiter(clock, limits.addressRate, limits.trackedCallers),
    callerRate: createRateLimiter(clock, limits.callerRate, limits.trackedCallers),
    inFlight: createConcurrencyLimit(limits.inFlight),
  };
  const readCaller = createCallerReader(settings.trustedProxies);
  const upgrades = createUpgradeGate({
    routes: settings.upgrades,
    readCaller,
    rate: gates.addressRate,
    maxOpen: limits.webSockets,
    drain,
    clock,
    random: settings.random,
    log: settings.log,
  });
  const rows = createRows(settings, operations, drain, gates);
  const compiled = compilePipeline(rows, operations);
  // One an address: a name such as localhost has several.
  const servers: Server[] = [];
  const parts = { compiled, settings, readCaller, upgrades, drain };
  const app = createEngine({ ...parts, onServer: (server) => servers.push(server) });
  let closing: Promise<void> | undefined;

  const close = async (): Promise<void> => {
    drain.start();
    const closed = app.close();
    const cancel = clock.after(limits.drainTimeoutMs, () => {
      drain.giveUp();
      app.server.closeAllConnections();
    });
    const stopSweeping = sweepIdleConnections(app.server, clock);
    await closed;
    stopSweeping();
    cancel();
  };

  return {
    listen: async ({ host, port }) => {
      await app.listen({ host, port });
      return app.server.address() as AddressInfo;
    },
    inject: async (request) => await app.inject(request),
    setTls: (tls) => {
      for (const server of servers) replaceTls(server, tls);
    },
    stats: () => ({
      inFlight: gates.inFlight.total,
      addresses: gates.addressRate.size,
      callers: gates.callerRate.size,
      idempotencyKeys: settings.idempotency.size,
    }),
    close: () => (closing ??= close()),
  };
}

function declaredOperations<Services>({
  operations,
  document,
}: HttpServerOptions<Services>): readonly Operation<Services>[] {
  if (document === undefined) return operations;
  return [...operations, ...documentOperations(operations, document)];
}

/** What stands before all operations together. */
interface Gates {
  readonly addressRate: RateLimiter;
  readonly callerRate: RateLimiter;
  readonly inFlight: ConcurrencyLimit;
}

const SWEEP_MS = 50;

/** Node closes what is idle once; a caller who keeps a connection that falls idle later stays. */
function sweepIdleConnections(server: Server, clock: Clock): () => void {
  let cancel: () => void;
  const sweep = (): void => {
    server.closeIdleConnections();
    cancel = clock.after(SWEEP_MS, sweep);
  };
  cancel = clock.after(SWEEP_MS, sweep);
  return () => cancel();
}

function createRows(
  settings: HttpServerSettings,
  operations: readonly MountedOperation[],
  drain: Drain,
  gates: Gates,
): readonly PlacedRow[] {
  const { clock, log, limits } = settings;
  return requestPipeline({
    log,
    clock,
    random: settings.random,
    tracer: settings.tracer,
    metrics: createRequestMetrics(settings.metrics),
    cors: settings.cors,
    router: createRouter(operations),
    maxUrlBytes: limits.urlBytes,
    requestTimeoutMs: limits.requestTimeoutMs,
    audit: settings.audit,
    ...gates,
    callerInFlight: createConcurrencyLimit(limits.callerInFlight),
    bodyBudget: createBodyBudget(limits),
    drain,
    authenticator: settings.authenticator,
    idempotency: settings.idempotency,
    responseCheck: createResponseCheck(settings.checkResponses, settings.schemas, log),
    streams: { clock, heartbeatMs: limits.heartbeatMs, stopping: drain.streams },
  });
}
