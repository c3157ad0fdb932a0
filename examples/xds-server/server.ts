// A management server for any Envoy: a cluster, and endpoints that follow the ports which are typed
// in. From the root of a checkout: `npx node --conditions=source examples/xds-server/server.ts 18000`
// (packages that are built and installed need no condition, only Node 24). The README of
// @signalbox/xds has a bootstrap for Envoy.
import { createInterface } from "node:readline";
import { create } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import {
  Cluster_DiscoveryType,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { ApiVersion } from "@signalbox/envoy-api/envoy/config/core/v3/config_source_pb.js";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import { createGrpcServer, Router } from "@signalbox/grpc";
import { Resource, Snapshot, SnapshotCache, TYPE_URLS, XdsServer } from "@signalbox/xds";

const ads = { case: "ads", value: {} } as const;
const cluster = create(ClusterSchema, {
  name: "backend",
  clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.EDS },
  edsClusterConfig: {
    edsConfig: { resourceApiVersion: ApiVersion.V3, configSourceSpecifier: ads },
  },
});

/** Where the cluster's one server listens. */
function endpoints(port: number): Resource {
  const portSpecifier = { case: "portValue", value: port } as const;
  const socket = { case: "socketAddress", value: { address: "127.0.0.1", portSpecifier } } as const;
  const endpoint = { case: "endpoint", value: { address: { address: socket } } } as const;
  const lbEndpoints = [{ hostIdentifier: endpoint }];
  return new Resource(
    resource(
      create(ClusterLoadAssignmentSchema, { clusterName: "backend", endpoints: [{ lbEndpoints }] }),
    ),
  );
}

const cache = new SnapshotCache({ groupOf: () => "all" });
cache.setSnapshot("all", Snapshot.of([new Resource(resource(cluster)), endpoints(8080)]));

const xds = new XdsServer({
  cache,
  callbacks: { onNack: (_stream, { typeUrl, error }) => console.error(typeUrl, error.message) },
});
const server = createGrpcServer({ router: new Router({ services: xds.services }) });
const { port } = await server.listen({ port: Number(process.argv[2] ?? 18_000) });
console.log(`ready on port ${port}`);

for await (const line of createInterface({ input: process.stdin })) {
  cache.edit("all", { [TYPE_URLS.endpoint]: { set: [endpoints(Number(line))] } });
}
await xds.close();
await server.close();
