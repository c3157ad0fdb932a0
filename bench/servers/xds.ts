// An xDS server to be measured from outside: one type, many resources, one change a signal.
// Usage: node --conditions=source bench/servers/xds.ts --addr HOST:PORT [--resources N]
//          [--endpoints N] [--cache snapshot|linear]
// Prints `ready` when it listens. SIGUSR1 changes one resource, another one each time.
import { parseArgs } from "node:util";
import { create } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import { ClusterLoadAssignmentSchema } from "@signalbox/envoy-api/envoy/config/endpoint/v3/endpoint_pb.js";
import { createGrpcServer, Router } from "@signalbox/grpc";
import {
  type Cache,
  LinearCache,
  Resource,
  Snapshot,
  SnapshotCache,
  TYPE_URLS,
  XdsServer,
} from "@signalbox/xds";

const { values } = parseArgs({
  options: {
    addr: { type: "string", default: "127.0.0.1:18000" },
    resources: { type: "string", default: "10000" },
    endpoints: { type: "string", default: "10" },
    cache: { type: "string", default: "snapshot" },
  },
});

/** A cache, and the way to change one resource of it. */
interface Served {
  readonly cache: Cache;
  readonly set: (changed: Resource) => void;
}

function serve(resources: readonly Resource[]): Served {
  if (values.cache === "linear") {
    const cache = new LinearCache(TYPE_URLS.endpoint, { resources });
    return { cache, set: (changed) => cache.set(changed) };
  }
  const cache = new SnapshotCache({ groupOf: () => "all" });
  cache.setSnapshot("all", Snapshot.of(resources));
  return {
    cache,
    set: (changed) => cache.edit("all", { [TYPE_URLS.endpoint]: { set: [changed] } }),
  };
}

/** @param port of the first endpoint; what is changed by a signal gets another */
function assignment(index: number, port: number): Resource {
  const endpoints = Array.from({ length: Number(values.endpoints) }, (_, at) => ({
    hostIdentifier: {
      case: "endpoint" as const,
      value: { address: socketAddress(index, port + at) },
    },
  }));
  const message = create(ClusterLoadAssignmentSchema, {
    clusterName: `cluster-${index}`,
    endpoints: [{ lbEndpoints: endpoints }],
  });
  return new Resource(resource(message));
}

function socketAddress(index: number, port: number) {
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  const portSpecifier = { case: "portValue" as const, value: port };
  return { address: { case: "socketAddress" as const, value: { address, portSpecifier } } };
}

const count = Number(values.resources);
const served = serve(Array.from({ length: count }, (_, index) => assignment(index, 8000)));
// An endpoint request without names means all here.
const types = { [TYPE_URLS.endpoint]: { hasLegacyWildcard: true } };
const xds = new XdsServer({ cache: served.cache, types });
const server = createGrpcServer({
  router: new Router({ services: xds.services }),
  // A reconnecting client lists every resource that it has.
  limits: { maxMessageBytes: 64 << 20, maxConcurrentStreams: 100_000 },
});

let changes = 0;
process.on("SIGUSR1", () => {
  served.set(assignment(changes % count, 9000 + (changes % 50_021)));
  changes++;
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void xds.close().then(() => server.close()));
}

const colon = values.addr.lastIndexOf(":");
const host = values.addr.slice(0, colon);
await server.listen({ host, port: Number(values.addr.slice(colon + 1)) });
console.log("ready");
