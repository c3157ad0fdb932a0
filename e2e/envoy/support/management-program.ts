// A management server as a process of its own, so that it can be killed. Listens on the port of its
// first argument; serves what each message of its parent holds; tells the parent each request and
// answer.
import { loadRegistry } from "@signalbox/envoy-api/json";
import { createGrpcServer, Router } from "@signalbox/grpc";
import { SnapshotCache, XdsServer } from "@signalbox/xds";
import { createRestHandler } from "@signalbox/xds/rest";
import type { Answered, Asked, Configuration } from "./management-process.ts";
import { snapshotOf } from "./management-server.ts";

const GROUP = "all";
const cache = new SnapshotCache({ groupOf: () => GROUP });
const xds = new XdsServer({
  cache,
  ordering: "makeBeforeBreak",
  callbacks: {
    onResponse: (_stream, { typeUrl, answer }) => {
      const resources = answer.resources.map(({ name }) => name);
      const answered: Answered = { kind: "answered", typeUrl, resources };
      process.send?.(answered);
    },
    onRequest: (_stream, { request }) => tellAsked(request.typeUrl),
    onFetchRequest: ({ typeUrl }) => tellAsked(typeUrl),
  },
});
process.on("message", ({ resources }: Configuration) =>
  cache.setSnapshot(GROUP, snapshotOf(resources)),
);
process.on("disconnect", () => process.exit());
const server = createGrpcServer({
  router: new Router({ services: xds.services }),
  http1: createRestHandler({ xds, registry: await loadRegistry() }),
});
const { port } = await server.listen({ port: Number(process.argv[2]) });
process.send?.({ kind: "listening", port });

function tellAsked(typeUrl: string): void {
  const asked: Asked = { kind: "asked", typeUrl };
  process.send?.(asked);
}
