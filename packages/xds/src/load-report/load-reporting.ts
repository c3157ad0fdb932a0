import {
  type Clock,
  type Log,
  type Metrics,
  noMetrics,
  silentLog,
  systemClock,
} from "@signalbox/base";
import type { ClusterStats } from "@signalbox/envoy-api/envoy/config/endpoint/v3/load_report_pb.js";
import { GrpcError, type Peer, type RawServerCall, type RawService, STATUS } from "@signalbox/grpc";
import { TokenBucket } from "../server/token-bucket.ts";
import type { Node } from "../wire/node.ts";
import type { LoadPolicy } from "./load-policy.ts";
import { createLoadMetrics, type LoadMetrics } from "./load-metrics.ts";
import { LoadStream } from "./load-stream.ts";

/** What clients may take of the service. The transport bounds the size of a report. */
export interface LoadLimits {
  /** Open streams. Default 10,000. */
  readonly maxStreams: number;
  /** Reports a second of one stream, on average. Default 10. */
  readonly maxReportsPerSecond: number;
  /** Clusters in one report. Default 100,000. */
  readonly maxClusters: number;
  /** Characters of a cluster's names: whoever takes reports may keep them. Default 4,096. */
  readonly maxNameLength: number;
}

/** The stream that a report came by. */
export interface LoadStreamInfo {
  /** From 1 on. */
  readonly id: number;
  readonly peer: Peer;
}

/** What clients are asked to report, and who takes it. */
export interface LoadReportingOptions {
  /**
   * Asked when a client comes, and after `policyChanged`. A throw ends the client's stream: this is
   * the place to refuse one.
   */
  readonly policy: (node: Node, stream: LoadStreamInfo) => LoadPolicy;
  /**
   * What a client measured since its last report. While a promise is out, no further report of this
   * stream is read. A throw ends the stream.
   */
  readonly onLoadReport: (
    node: Node,
    stats: readonly ClusterStats[],
    stream: LoadStreamInfo,
  ) => void | Promise<void>;
  /** Exactly once: no report of this stream is read any more. A throw goes to the log. */
  readonly onStreamClose?: (stream: LoadStreamInfo) => void;
  readonly limits?: Partial<LoadLimits>;
  /** @default the machine's */
  readonly clock?: Clock;
  /** @default nothing is logged */
  readonly log?: Log;
  /** @default nobody counts */
  readonly metrics?: Metrics;
}

const DEFAULT_LIMITS: LoadLimits = Object.freeze({
  maxStreams: 10_000,
  maxReportsPerSecond: 10,
  maxClusters: 100_000,
  maxNameLength: 4_096,
});

/**
 * The load reporting service (LRS, xds §2.11): tells clients what to report, and takes the reports.
 *
 * @example
 * ```ts
 * const loads = new LoadReporting({
 *   policy: () => ({ intervalMs: 10_000, clusters: "all" }),
 *   onLoadReport: ({ id }, stats) => console.log(id, stats.length),
 * });
 * const router = new Router({ services: [...xds.services, ...loads.services] });
 * ```
 */
export class LoadReporting {
  readonly #options: LoadReportingOptions;
  readonly #limits: LoadLimits;
  readonly #metrics: LoadMetrics;
  readonly #streams = new Set<LoadStream>();
  readonly #warnings: TokenBucket;
  #lastId = 0;
  #isStopping = false;
  /** For a router. */
  readonly services: readonly RawService[];

  constructor(options: LoadReportingOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#warnings = new TokenBucket(options.clock ?? systemClock, 1, 10);
    this.#metrics = createLoadMetrics(options.metrics ?? noMetrics);
    this.services = [
      {
        name: "envoy.service.load_stats.v3.LoadReportingService",
        methods: { StreamLoadStats: (call) => this.#open(call) },
      },
    ];
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  /** Asks for every client's policy again, and tells those whose policy is another one now. */
  policyChanged(): void {
    for (const stream of this.#streams) stream.renewPolicy();
  }

  /** Ends every stream with UNAVAILABLE, so that clients go elsewhere, and refuses new ones. */
  close(): void {
    this.#isStopping = true;
    for (const stream of this.#streams) stream.fail(stopping());
  }

  #open(call: RawServerCall): LoadStream {
    if (this.#isStopping) throw stopping();
    if (this.#streams.size >= this.#limits.maxStreams) {
      throw new GrpcError(STATUS.RESOURCE_EXHAUSTED, "too many streams");
    }
    const { policy, onLoadReport, clock = systemClock, log = silentLog } = this.#options;
    const stream: LoadStream = new LoadStream({
      info: { id: ++this.#lastId, peer: call.peer },
      call,
      policy,
      onLoadReport,
      clock,
      log,
      limits: this.#limits,
      metrics: this.#metrics,
      warnings: this.#warnings,
      onEnd: () => {
        this.#streams.delete(stream);
        this.#metrics.streams(this.#streams.size);
        this.#closed(stream.info, log);
      },
    });
    this.#streams.add(stream);
    this.#metrics.streams(this.#streams.size);
    return stream;
  }

  #closed(stream: LoadStreamInfo, log: Log): void {
    try {
      this.#options.onStreamClose?.(stream);
    } catch (error) {
      log.error({ err: error, stream: stream.id }, "a callback failed");
    }
  }
}

const stopping = (): GrpcError => new GrpcError(STATUS.UNAVAILABLE, "the server is stopping");
