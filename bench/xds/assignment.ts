import { create } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import { Resource } from "@signalbox/xds";

/** The first endpoint of every assignment that was not changed yet. */
export const FIRST_PORT = 8_000;

/**
 * The endpoints of `cluster-INDEX`.
 *
 * @param port of the first endpoint; the others have the ports after it
 */
export function assignment(index: number, endpoints: number, port: number): Resource {
  const lbEndpoints = Array.from({ length: endpoints }, (_, at) => ({
    hostIdentifier: {
      case: "endpoint" as const,
      value: { address: socketAddress(index, port + at) },
    },
  }));
  const message = create(ClusterLoadAssignmentSchema, {
    clusterName: clusterName(index),
    endpoints: [{ lbEndpoints }],
  });
  return new Resource(resource(message));
}

export function clusterName(index: number): string {
  return `cluster-${index}`;
}

function socketAddress(index: number, port: number) {
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  const portSpecifier = { case: "portValue" as const, value: port };
  return { address: { case: "socketAddress" as const, value: { address, portSpecifier } } };
}

/** The port of the n-th change: never that of the change before of the same resource. */
export function changedPort(change: number): number {
  return 9_000 + (change % 50_021);
}
