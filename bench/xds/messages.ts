import { create, toBinary } from "@bufbuild/protobuf";
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { type Resource, TYPE_URLS } from "@signalbox/xds";

const typeUrl = TYPE_URLS.endpoint;

/** Which of the two protocols a stream speaks. */
export type Variant = "sotw" | "delta";

const SERVICE = "/envoy.service.discovery.v3.AggregatedDiscoveryService";

export const METHODS: Readonly<Record<Variant, string>> = {
  sotw: `${SERVICE}/StreamAggregatedResources`,
  delta: `${SERVICE}/DeltaAggregatedResources`,
};

/** An incremental answer, encoded anew. */
export function deltaResponse(resources: readonly Resource[], nonce: string): Uint8Array {
  const message = create(DeltaDiscoveryResponseSchema, {
    typeUrl,
    nonce,
    resources: resources.map(({ name, version, bytes }) => ({
      name,
      version,
      resource: { typeUrl, value: Uint8Array.from(bytes) },
    })),
  });
  return toBinary(DeltaDiscoveryResponseSchema, message);
}

/** A state-of-the-world answer, encoded anew. */
export function sotwResponse(resources: readonly Resource[], nonce: string): Uint8Array {
  const message = create(DiscoveryResponseSchema, {
    typeUrl,
    nonce,
    versionInfo: nonce,
    resources: resources.map(({ bytes }) => ({ typeUrl, value: Uint8Array.from(bytes) })),
  });
  return toBinary(DiscoveryResponseSchema, message);
}

/**
 * What a stream asks first.
 *
 * @param names empty: everything
 * @param versions of what an incremental client has, by name
 */
export function firstRequest(
  variant: Variant,
  node: string,
  names: readonly string[],
  versions: Readonly<Record<string, string>>,
): Uint8Array {
  if (variant === "delta") {
    const message = create(DeltaDiscoveryRequestSchema, {
      node: { id: node },
      typeUrl,
      resourceNamesSubscribe: [...names],
      initialResourceVersions: versions,
    });
    return toBinary(DeltaDiscoveryRequestSchema, message);
  }
  const message = create(DiscoveryRequestSchema, {
    node: { id: node },
    typeUrl,
    resourceNames: [...names],
  });
  return toBinary(DiscoveryRequestSchema, message);
}

/** What a stream says when it took an answer. */
export function acknowledgement(
  variant: Variant,
  nonce: string,
  version: string,
  names: readonly string[],
): Uint8Array {
  if (variant === "delta") {
    const message = create(DeltaDiscoveryRequestSchema, { typeUrl, responseNonce: nonce });
    return toBinary(DeltaDiscoveryRequestSchema, message);
  }
  const message = create(DiscoveryRequestSchema, {
    typeUrl,
    versionInfo: version,
    responseNonce: nonce,
    resourceNames: [...names],
  });
  return toBinary(DiscoveryRequestSchema, message);
}
