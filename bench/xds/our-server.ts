import { createGrpcServer, Router } from "@signalbox/grpc";
import {
  type Cache,
  LinearCache,
  type Resource,
  Snapshot,
  SnapshotCache,
  TYPE_URLS,
  XdsServer,
} from "@signalbox/xds";
import { assignment, changedPort, FIRST_PORT } from "./assignment.ts";
import type { Load, MeasuredServer } from "./measured-server.ts";

export type CacheKind = "snapshot" | "linear";

/** Our server on its public API, with assignments for any node over ADS. */
export function createOurServer(kind: CacheKind, { resources, endpoints }: Load): MeasuredServer {
  const { cache, set } = caches[kind](
    Array.from({ length: resources }, (_, index) => assignment(index, endpoints, FIRST_PORT)),
  );
  // An endpoint request without names means all here.
  const types = { [TYPE_URLS.endpoint]: { hasLegacyWildcard: true } };
  const xds = new XdsServer({ cache, types });
  const server = createGrpcServer({
    router: new Router({ services: xds.services }),
    // A reconnecting client lists every resource that it has.
    limits: { maxMessageBytes: 64 << 20, maxConcurrentStreams: 100_000 },
  });
  let changes = 0;
  return {
    listen: async (host, port) => (await server.listen({ host, port })).port,
    change: (index) => set(assignment(index, endpoints, changedPort(changes++))),
    clients: () => xds.clients().filter(({ types: { length } }) => length > 0).length,
    close: async () => {
      await xds.close();
      await server.close();
    },
  };
}

interface Served {
  readonly cache: Cache;
  readonly set: (changed: Resource) => void;
}

const caches: Readonly<Record<CacheKind, (resources: readonly Resource[]) => Served>> = {
  linear: (resources) => {
    const cache = new LinearCache(TYPE_URLS.endpoint, { resources });
    return { cache, set: (changed) => cache.set(changed) };
  },
  snapshot: (resources) => {
    const cache = new SnapshotCache({ groupOf: () => "all" });
    cache.setSnapshot("all", Snapshot.of(resources));
    const edit = (changed: Resource) => ({ [TYPE_URLS.endpoint]: { set: [changed] } });
    return { cache, set: (changed) => cache.edit("all", edit(changed)) };
  },
};
