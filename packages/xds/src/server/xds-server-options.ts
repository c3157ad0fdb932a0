import {
  type Clock,
  type Log,
  type Metrics,
  noMetrics,
  silentLog,
  systemClock,
} from "@signalbox/base";
import type { Cache } from "../cache/cache.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import type { Debounce } from "../stream/flush-scheduler.ts";
import type { NackRetry } from "../stream/nack-backoff.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "../stream/stream-limits.ts";
import type { TypeRuleOptions } from "../stream/type-rules.ts";
import type { Ordering } from "../stream/xds-stream.ts";
import type { XdsCallbacks } from "./callbacks.ts";

/** What clients may take of the server. */
export interface XdsLimits extends StreamLimits {
  /** Open streams of the server. Default 100,000. */
  readonly maxStreams: number;
  /** New streams of the server in a second; clients try again later. Default 20,000. */
  readonly maxNewStreamsPerSecond: number;
  /** Requests a second of one stream, on average. Default 1,000. */
  readonly maxRequestsPerSecond: number;
  /** Requests of one stream at once. Default 5,000. */
  readonly requestBurst: number;
  /** Bytes of one request. The transport has a limit of its own. Default 64 MiB. */
  readonly maxMessageBytes: number;
}

/** How a server behaves. Only the cache must be given. */
export interface XdsServerOptions extends TypeRuleOptions {
  /** What is served. */
  readonly cache: Cache;
  /** Who is told what happens, and may refuse it. @default nobody */
  readonly callbacks?: XdsCallbacks;
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default nobody counts */
  readonly metrics?: Metrics;
  /** @default "typeOrder" */
  readonly ordering?: Ordering;
  /** How long make-before-break waits for a client's word. @default 5_000 */
  readonly ackTimeoutMs?: number;
  /**
   * Sends what a client refused again, in growing intervals: for clients that may refuse what is
   * good, since something else is not there yet.
   *
   * @default when it changes, is asked for anew, or `retry` says so
   */
  readonly nackRetry?: NackRetry;
  /** How changes are gathered. @default sent in the next turn of the event loop */
  readonly debounce?: Partial<Debounce>;
  /** Types whose changes are not held back by the debounce. @default endpoints */
  readonly promptTypes?: readonly string[];
  /** @default see `XdsLimits` */
  readonly limits?: Partial<XdsLimits>;
  /** Lets single-type streams ask for other types. @default false */
  readonly allowForeignTypes?: boolean;
  /** Refuses clients that do not say who they are. @default false */
  readonly requireNodeId?: boolean;
  /** Sent as the control plane's identifier. @default none */
  readonly controlPlane?: string;
  /** Bytes of encoded answers that are kept for further streams. @default 16 MiB */
  readonly sharedBytes?: number;
  /** How long streams are answered before the event loop gets a turn. @default 3 */
  readonly sliceMs?: number;
  /** Runs a callback in a later turn of the event loop. @default setImmediate */
  readonly soon?: (callback: () => void) => void;
}

/** The options with every default filled in. */
export interface XdsServerSettings {
  readonly cache: Cache;
  readonly callbacks: XdsCallbacks;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly ordering: Ordering;
  readonly ackTimeoutMs: number;
  readonly nackRetry: NackRetry | undefined;
  readonly debounce: Debounce;
  readonly promptTypes: ReadonlySet<string>;
  readonly limits: XdsLimits;
  readonly allowForeignTypes: boolean;
  readonly requireNodeId: boolean;
  readonly controlPlane: string | undefined;
  readonly sharedBytes: number;
  readonly sliceMs: number;
  readonly soon: (callback: () => void) => void;
  readonly rules: TypeRuleOptions;
}

const DEFAULT_LIMITS: XdsLimits = Object.freeze({
  ...DEFAULT_STREAM_LIMITS,
  maxStreams: 100_000,
  maxNewStreamsPerSecond: 20_000,
  maxRequestsPerSecond: 1_000,
  requestBurst: 5_000,
  maxMessageBytes: 64 << 20,
});

/** As Istio gathers changes, when a quiet time is asked for without a maximum (xds §5). */
const MAX_DEBOUNCE_MS = 10_000;

/** @throws RangeError for intervals that cannot be */
export function xdsServerSettings(options: XdsServerOptions): XdsServerSettings {
  const { types, wildcardResolver, nackRetry } = options;
  if (nackRetry !== undefined && !(nackRetry.firstMs > 0 && nackRetry.maxMs >= nackRetry.firstMs)) {
    throw new RangeError("nackRetry needs a positive firstMs, and a maxMs that is not less");
  }
  return {
    cache: options.cache,
    callbacks: options.callbacks ?? {},
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
    metrics: options.metrics ?? noMetrics,
    ordering: options.ordering ?? "typeOrder",
    ackTimeoutMs: options.ackTimeoutMs ?? 5_000,
    nackRetry,
    debounce: { quietMs: 0, maxMs: MAX_DEBOUNCE_MS, ...options.debounce },
    promptTypes: new Set(options.promptTypes ?? [TYPE_URLS.endpoint]),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    allowForeignTypes: options.allowForeignTypes ?? false,
    requireNodeId: options.requireNodeId ?? false,
    controlPlane: options.controlPlane,
    sharedBytes: options.sharedBytes ?? 16 << 20,
    sliceMs: options.sliceMs ?? 3,
    soon: options.soon ?? ((callback) => void setImmediate(callback)),
    rules: {
      ...(types === undefined ? {} : { types }),
      ...(wildcardResolver === undefined ? {} : { wildcardResolver }),
    },
  };
}
