import type { IncomingMessage, ServerResponse } from "node:http";
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
import type { GrpcStatus } from "../grpc-status.ts";
import type { TlsOptions } from "./tls-options.ts";
import type { RawServerCall } from "./raw-call.ts";
import type { Router } from "./router.ts";

/** Bounds on what clients may take. All have defaults. */
export interface ServerLimits {
  /** Connections at once; further ones are closed as they come. @default 10_000 */
  readonly maxConnections: number;
  /**
   * Those of one address, of IPv6 of a /64; further ones are closed as they come. Whoever is as many
   * peers behind one address needs as many. @default no other limit
   */
  readonly maxConnectionsPerAddress: number;
  /** Open streams of a connection; further ones are refused and may be retried. @default 1_000 */
  readonly maxConcurrentStreams: number;
  /** New streams a second and connection, on average over a second; further ones are refused. @default 20_000 */
  readonly maxStreamsPerSecond: number;
  /** Streams a second that a client may take back before its connection is closed. @default 1_000 */
  readonly maxResetsPerSecond: number;
  /** Bytes of a request's headers, unpacked, 32 more a field. @default 262_144 */
  readonly maxHeaderListBytes: number;
  /** Fields of a request's headers. Node's own 128 would refuse long lists of nodes. @default 2_048 */
  readonly maxHeaderListPairs: number;
  /** Longest message that is taken, packed and unpacked. @default 4_194_304 */
  readonly maxMessageBytes: number;
  /**
   * What a client may send on one stream before the server reads it. A paused stream keeps this
   * much in memory. @default 262_144
   */
  readonly streamWindowBytes: number;
  /** The same for all streams of a connection together. @default 1_048_560 */
  readonly connectionWindowBytes: number;
  /** Memory of a connection in megabytes, above which new streams are refused. @default 256 */
  readonly sessionMemoryMb: number;
  /** TLS and the first bytes of HTTP; the connection is closed then. @default 10_000 */
  readonly handshakeTimeoutMs: number;
  /** Time until the first request. @default 60_000 */
  readonly firstRequestTimeoutMs: number;
}

/** How connections are kept, and when they are let go. */
export interface ConnectionTimes {
  /** How often a connection is pinged. Clients' pings are not policed. @default 7_200_000 */
  readonly keepaliveIntervalMs: number;
  /** A connection whose ping is not answered by then is dead. @default 20_000 */
  readonly keepaliveTimeoutMs: number;
  /**
   * A connection of this age takes no new calls, so that clients spread over the servers anew. A
   * tenth is added or taken off by chance. @default never
   */
  readonly maxAgeMs: number;
  /** What calls that run then are given to finish. @default 30_000 */
  readonly maxAgeGraceMs: number;
  /** A connection without a call for this long is let go. @default never */
  readonly maxIdleMs: number;
}

/** How a server behaves. Only the router must be given. */
export interface GrpcServerOptions {
  readonly router: Router;
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default the machine's */
  readonly random?: Random;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default nobody counts */
  readonly metrics?: Metrics;
  /** @default cleartext */
  readonly tls?: TlsOptions;
  readonly limits?: Partial<ServerLimits>;
  readonly times?: Partial<ConnectionTimes>;
  /** Takes HTTP/1.1 requests on the same port. @default such connections are closed */
  readonly http1?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Asked before any handler: a status refuses the call. @default every call is let through */
  readonly authorize?: Authorize;
}

/** Lets a call through, or says why not. While it decides, nothing of the call is read. */
export type Authorize = (
  call: RawServerCall,
) => GrpcStatus | undefined | Promise<GrpcStatus | undefined>;

/** The options, all of them given. */
export interface ServerSettings {
  readonly router: Router;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: ServerLimits;
  readonly times: ConnectionTimes;
  readonly authorize: Authorize | undefined;
}

const DEFAULT_LIMITS: ServerLimits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
  maxConcurrentStreams: 1_000,
  maxStreamsPerSecond: 20_000,
  maxResetsPerSecond: 1_000,
  maxHeaderListBytes: 256 * 1024,
  maxHeaderListPairs: 2_048,
  maxMessageBytes: 4 * 1024 * 1024,
  streamWindowBytes: 256 * 1024,
  connectionWindowBytes: 1_048_560,
  sessionMemoryMb: 256,
  handshakeTimeoutMs: 10_000,
  firstRequestTimeoutMs: 60_000,
};

const DEFAULT_TIMES: ConnectionTimes = {
  keepaliveIntervalMs: 2 * 60 * 60 * 1000,
  keepaliveTimeoutMs: 20_000,
  maxAgeMs: Number.POSITIVE_INFINITY,
  maxAgeGraceMs: 30_000,
  maxIdleMs: Number.POSITIVE_INFINITY,
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when a number is not a positive one
 */
export function resolveSettings(options: GrpcServerOptions): ServerSettings {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const times = { ...DEFAULT_TIMES, ...options.times };
  for (const [name, value] of Object.entries({ ...limits, ...times })) {
    if (!(value > 0)) throw new RangeError(`${name} must be a positive number, not ${value}`);
  }
  return Object.freeze({
    router: options.router,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    log: options.log ?? silentLog,
    metrics: options.metrics ?? noMetrics,
    limits,
    times,
    authorize: options.authorize,
  });
}
