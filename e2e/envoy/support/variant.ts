import { create } from "@bufbuild/protobuf";
import {
  ApiConfigSource_ApiType,
  ApiVersion,
  type ConfigSource,
  ConfigSourceSchema,
} from "@signalbox/envoy-api/envoy/config/core/v3/config_source_pb.js";

/** The ways in which Envoy talks to a management server (xds §7.1). */
export const variants = [
  "ads sotw",
  "ads delta",
  "separate sotw",
  "separate delta",
  "rest",
] as const;
/** Those over gRPC streams. */
export const streamVariants = variants.filter((of) => of !== "rest");

export type Variant = (typeof variants)[number];

/** Name of the static cluster that leads to the management server, over HTTP/2. */
export const XDS_CLUSTER = "xds";
/** The same server over HTTP/1, for REST. */
export const XDS_REST_CLUSTER = "xds-rest";

const API_TYPES: Readonly<Record<Variant, ApiConfigSource_ApiType>> = {
  "ads sotw": ApiConfigSource_ApiType.GRPC,
  "ads delta": ApiConfigSource_ApiType.DELTA_GRPC,
  "separate sotw": ApiConfigSource_ApiType.GRPC,
  "separate delta": ApiConfigSource_ApiType.DELTA_GRPC,
  rest: ApiConfigSource_ApiType.REST,
};

export function isAggregated(variant: Variant): boolean {
  return variant.startsWith("ads ");
}

/**
 * Where an Envoy of the variant has a resource from; for its bootstrap and for resources. It waits
 * for it without end: what it goes on without, the server said is not there.
 */
export function configSource(variant: Variant): ConfigSource {
  return create(ConfigSourceSchema, {
    resourceApiVersion: ApiVersion.V3,
    initialFetchTimeout: {},
    configSourceSpecifier: isAggregated(variant)
      ? { case: "ads", value: {} }
      : { case: "apiConfigSource", value: apiConfigSource(variant) },
  });
}

/** The stream of all types, or of one type where they are separate. */
export function apiConfigSource(variant: Variant) {
  const isRest = variant === "rest";
  return {
    apiType: API_TYPES[variant],
    transportApiVersion: ApiVersion.V3,
    setNodeOnFirstMessageOnly: !isRest,
    grpcServices: isRest ? [] : [grpcService(XDS_CLUSTER)],
    ...(isRest && {
      clusterNames: [XDS_REST_CLUSTER],
      refreshDelay: { seconds: 0n, nanos: 20_000_000 },
      requestTimeout: { seconds: 1n, nanos: 0 },
    }),
  };
}

export function grpcService(clusterName: string) {
  // By default it stays away from a server that is down for up to 30 s.
  const retryBackOff = {
    baseInterval: { nanos: 200_000_000 },
    maxInterval: { seconds: 1n },
  };
  return {
    targetSpecifier: {
      case: "envoyGrpc",
      value: { clusterName, retryPolicy: { retryBackOff } },
    },
  } as const;
}
