import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { create } from "@bufbuild/protobuf";
import {
  type Address,
  AddressSchema,
} from "@signalbox/envoy-api/envoy/config/core/v3/address_pb.js";
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";

/** From, and up to but without. */
const BELOW_EPHEMERAL = [12_000, 32_000] as const;
/** A listener may be long in coming: none is given out twice. */
const given = new Set<number>();

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
 * A port that nobody listens on now. For listeners whose address must not change while they are
 * replaced or started again, and for addresses where nobody listens any more; everything else binds
 * port 0.
 *
 * It lies below the ports that the kernel gives to those who ask for any, and to connections, so
 * that none of the many takes it before its listener is there.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...BELOW_EPHEMERAL);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, "listening").then(
    () => true,
    () => false,
  );
  server.listen(port);
  if (!(await listening)) return false;
  const closed = once(server, "close");
  server.close();
  await closed;
  return true;
}
