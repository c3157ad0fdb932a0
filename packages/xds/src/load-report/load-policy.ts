import { create, toBinary } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { LoadStatsResponseSchema } from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import { encodeFrame } from "@signalbox/grpc";
import type { Node } from "../wire/node.ts";

/** What a client is to report, and how often. */
export interface LoadPolicy {
  /** Whole milliseconds. */
  readonly intervalMs: number;
  /**
   * The clusters to report on. `"all"` is for clients that say that they can: others (Envoys before
   * 1.13) take it for none.
   */
  readonly clusters: "all" | readonly string[];
  /** Asks for numbers by endpoint, not only by locality. @default false */
  readonly endpointGranularity?: boolean;
}

/** Clients of grpc-js never report on the first cluster of a list (xds §2.11). */
const SKIPS_FIRST = "gRPC Node Pure JS";

/** `LoadStatsResponse` for a client as one gRPC frame. */
export function encodePolicy(policy: LoadPolicy, { userAgentName }: Node): Buffer {
  const { intervalMs, clusters, endpointGranularity = false } = policy;
  const isAll = clusters === "all";
  const isShifted = userAgentName === SKIPS_FIRST && clusters.length > 0;
  const message = create(LoadStatsResponseSchema, {
    clusters: isAll ? [] : [...(isShifted ? [""] : []), ...clusters],
    sendAllClusters: isAll,
    loadReportingInterval: durationFromMs(intervalMs),
    reportEndpointGranularity: endpointGranularity,
  });
  return encodeFrame(toBinary(LoadStatsResponseSchema, message)).bytes;
}
