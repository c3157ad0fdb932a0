// xDS from a server of grpc-js, beside whatever else that serves. From the root of a checkout:
// `npx node --conditions=source examples/xds-on-grpc-js/server.ts 18000`.
// The cluster's address follows the ports that are typed in.
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { create } from "@bufbuild/protobuf";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { resource } from "@signalbox/envoy-api";
import { ClusterSchema } from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { LinearCache, Resource, TYPE_URLS, XdsServer } from "@signalbox/xds";
import { mountOnGrpcJs } from "@signalbox/xds/grpc-js";

/** A cluster with one server on this machine. */
function cluster(port: number): Resource {
  const portSpecifier = { case: "portValue", value: port } as const;
  const socket = { case: "socketAddress", value: { address: "127.0.0.1", portSpecifier } } as const;
  const endpoint = { case: "endpoint", value: { address: { address: socket } } } as const;
  const lbEndpoints = [{ hostIdentifier: endpoint }];
  const loadAssignment = { clusterName: "backend", endpoints: [{ lbEndpoints }] };
  return new Resource(resource(create(ClusterSchema, { name: "backend", loadAssignment })));
}

const cache = new LinearCache(TYPE_URLS.cluster, { resources: [cluster(8080)] });
const xds = new XdsServer({ cache });

const server = new Server({ "grpc.max_receive_message_length": 64 << 20 });
mountOnGrpcJs(server, xds.services);
const bind = promisify(server.bindAsync.bind(server));
const address = `127.0.0.1:${process.argv[2] ?? 18_000}`;
console.log(`ready on port ${await bind(address, ServerCredentials.createInsecure())}`);

for await (const line of createInterface({ input: process.stdin })) {
  cache.set(cluster(Number(line)));
}
await xds.close();
server.forceShutdown();
