import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import { HealthStatus } from "@signalbox/envoy-api/envoy/config/core/v3/health_check_pb.js";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import type { LocalityLbEndpointsSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_components_pb.js";
import { Resource } from "@signalbox/xds/resource";
import type { EndpointHealth, ServerEndpoint } from "./server-endpoint.ts";

const HEALTH: Readonly<Record<EndpointHealth, HealthStatus>> = {
  healthy: HealthStatus.HEALTHY,
  degraded: HealthStatus.DEGRADED,
  unhealthy: HealthStatus.UNHEALTHY,
  unknown: HealthStatus.UNKNOWN,
};

/** Makes the `ClusterLoadAssignment` of a cluster. */
export type EncodeAssignment = typeof encodeAssignment;

/**
 * The servers as a `ClusterLoadAssignment`: a locality a region, weighted by its servers, because
 * gRPC clients take no traffic to a locality without a weight (xds §6.2). Equal servers give equal
 * bytes, in whatever order they come.
 */
export function encodeAssignment(
  clusterName: string,
  port: number,
  endpoints: Iterable<ServerEndpoint>,
): Resource {
  const byRegion = Map.groupBy(endpoints, ({ region }) => region);
  const localities = [...byRegion].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return new Resource(
    resource(
      create(ClusterLoadAssignmentSchema, {
        clusterName,
        endpoints: localities.map(([region, inRegion]) => localityOf(region, port, inRegion)),
      }),
    ),
  );
}

function localityOf(
  region: string,
  port: number,
  endpoints: readonly ServerEndpoint[],
): MessageInitShape<typeof LocalityLbEndpointsSchema> {
  const sorted = endpoints.toSorted((a, b) => (a.serverId < b.serverId ? -1 : 1));
  return {
    locality: { region },
    loadBalancingWeight: endpoints.length,
    lbEndpoints: sorted.map(({ address, health }) => ({
      healthStatus: HEALTH[health],
      loadBalancingWeight: 1,
      hostIdentifier: {
        case: "endpoint" as const,
        value: {
          address: {
            address: {
              case: "socketAddress" as const,
              value: { address, portSpecifier: { case: "portValue" as const, value: port } },
            },
          },
        },
      },
    })),
  };
}
