import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { create } from "@bufbuild/protobuf";
import {
  type Address,
  AddressSchema,
} from "@signalbox/envoy-api/envoy/config/core/v3/address_pb.js";
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";

export function loopback(port: number): Address {
  return create(AddressSchema, {
    address: {
      case: "socketAddress",
      value: { address: "127.0.0.1", portSpecifier: { case: "portValue", value: port } },
    },
  });
}

/** Endpoints on loopback, all in one locality. */
export function loadAssignment(
  clusterName: string,
  ports: readonly number[],
): ClusterLoadAssignment {
  return create(ClusterLoadAssignmentSchema, {
    clusterName,
    endpoints: [
      {
        locality: { zone: "a" },
        loadBalancingWeight: 1,
        lbEndpoints: ports.map((port) => ({
          hostIdentifier: { case: "endpoint" as const, value: { address: loopback(port) } },
        })),
      },
    ],
  });
}

/**
 * A port of loopback that nobody listens on now. For listeners whose address must not change while
 * they are replaced; everything else binds port 0.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
