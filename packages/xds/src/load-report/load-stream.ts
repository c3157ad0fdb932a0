import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Clock, Log } from "@signalbox/base";
import { NodeSchema } from "@signalbox/envoy-api/envoy/config/core/v3/base_pb.js";
import {
  type LoadStatsRequest,
  LoadStatsRequestSchema,
} from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import {
  GrpcError,
  OK_STATUS,
  type RawCallListener,
  type RawServerCall,
  STATUS,
} from "@signalbox/grpc";
import { RequestPump } from "../server/request-pump.ts";
import { TokenBucket } from "../server/token-bucket.ts";
import { decodeNode, UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { Node } from "../wire/node.ts";
import { encodePolicy } from "./load-policy.ts";
import type { LoadMetrics } from "./load-metrics.ts";
import type { LoadLimits, LoadReportingOptions, LoadStreamInfo } from "./load-reporting.ts";

export interface LoadStreamOptions extends Pick<LoadReportingOptions, "policy" | "onLoadReport"> {
  readonly info: LoadStreamInfo;
  readonly call: RawServerCall;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LoadLimits;
  readonly metrics: LoadMetrics;
  /** Lines about clients that cannot do what they are asked for, of all streams. */
  readonly warnings: TokenBucket;
  /** The stream is over. */
  readonly onEnd: () => void;
}

const SECONDS_OF_BURST = 10;
const SENDS_ALL = "envoy.lrs.supports_send_all_clusters";

/** The load reports of one client. It reports nothing until it is told what to. */
export class LoadStream implements RawCallListener {
  readonly #options: LoadStreamOptions;
  readonly #pump: RequestPump<Buffer>;
  readonly #rate: TokenBucket;
  /** Undefined until the client's first message. */
  #node: Node | undefined;
  #lastPolicy: Buffer | undefined;
  #isFull = false;

  constructor(options: LoadStreamOptions) {
    this.#options = options;
    const { call, clock, limits } = options;
    const { maxReportsPerSecond: perSecond } = limits;
    this.#rate = new TokenBucket(clock, perSecond, SECONDS_OF_BURST * perSecond);
    this.#pump = new RequestPump({
      port: call,
      handle: (message) => this.#treat(message),
      onFault: (error) => this.fail(error),
    });
  }

  get info(): LoadStreamInfo {
    return this.#options.info;
  }

  onMessage(message: Buffer): void {
    this.#pump.push(message);
  }

  onHalfClose(): void {
    this.#options.call.end(OK_STATUS);
  }

  onDrain(): void {
    this.#isFull = false;
    this.renewPolicy();
  }

  onClose(): void {
    this.#pump.close();
    this.#options.onEnd();
  }

  /** Tells the client its policy if that is not what it was told before. */
  renewPolicy(): void {
    // A client that does not read is told the last policy once it does.
    if (this.#node === undefined || this.#isFull) return;
    try {
      this.#tellPolicy(this.#node);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the stream for a reason that the client is told. */
  fail(error: unknown): void {
    this.#pump.close();
    this.#options.call.fail(error);
  }

  #treat(message: Buffer): void | Promise<void> {
    if (!this.#rate.take()) throw exhausted("too many reports");
    const { node: bytes, clusterStats } = decode(message);
    assertSize(clusterStats, this.#options.limits);
    const isFirst = this.#node === undefined;
    const node = (this.#node ??= nodeOf(bytes));
    if (isFirst) {
      this.#tellPolicy(node);
      // The first message only says who the client is.
      if (clusterStats.length === 0) return undefined;
    }
    const { info, metrics, onLoadReport } = this.#options;
    metrics.reported();
    return onLoadReport(node, clusterStats, info);
  }

  #tellPolicy(node: Node): void {
    const { info, call, log } = this.#options;
    const policy = this.#options.policy(node, info);
    const frame = encodePolicy(policy, node);
    if (this.#lastPolicy?.equals(frame) === true) return;
    this.#lastPolicy = frame;
    const isUnfit = policy.clusters === "all" && !node.clientFeatures.has(SENDS_ALL);
    if (isUnfit && this.#options.warnings.take()) {
      log.warn(
        { stream: info.id, node: node.id },
        "a client that needs a list is asked for all clusters",
      );
    }
    this.#isFull = !call.write(frame);
  }
}

function decode(message: Buffer): LoadStatsRequest {
  try {
    return fromBinary(LoadStatsRequestSchema, message);
  } catch (error) {
    throw new GrpcError(STATUS.INVALID_ARGUMENT, "a report is malformed", { cause: error });
  }
}

function assertSize(
  clusters: LoadStatsRequest["clusterStats"],
  { maxClusters, maxNameLength }: LoadLimits,
): void {
  if (clusters.length > maxClusters) {
    throw exhausted(`more than ${maxClusters} clusters in one report`);
  }
  for (const { clusterName, clusterServiceName } of clusters) {
    if (Math.max(clusterName.length, clusterServiceName.length) <= maxNameLength) continue;
    throw exhausted(`a cluster's name is longer than ${maxNameLength} characters`);
  }
}

function nodeOf(node: LoadStatsRequest["node"]): Node {
  if (node === undefined) return UNKNOWN_NODE;
  const decoded = decodeNode(toBinary(NodeSchema, node));
  if (!decoded.ok) throw new GrpcError(STATUS.INVALID_ARGUMENT, decoded.error);
  return decoded.value;
}

function exhausted(text: string): GrpcError {
  return new GrpcError(STATUS.RESOURCE_EXHAUSTED, text);
}
