// A management server as a process of its own, so that it can be killed. Listens on the port of its
// first argument; serves what each message of its parent holds; tells the parent each request and
// answer.
import { createGrpcServer, Router } from "@signalbox/grpc";
import { SnapshotCache, XdsServer } from "@signalbox/xds";
import { createRestHandler } from "@signalbox/xds/rest";
import type { Answered, Asked, Configuration } from "./management-process.ts";
import { ACK_TIMEOUT_MS, snapshotOf } from "./management-server.ts";
import { registry } from "./registry.ts";

const cache = new SnapshotCache({ groupOf: ({ id }) => id });
const xds = new XdsServer({
  cache,
  ordering: "makeBeforeBreak",
  ackTimeoutMs: ACK_TIMEOUT_MS,
  callbacks: {
    onResponse: ({ node }, { typeUrl, answer }) => {
      const resources = answer.resources.map(({ name }) => name);
      tell({ kind: "answered", nodeId: node?.id ?? "", typeUrl, resources });
    },
    onRequest: ({ node }, { request: { typeUrl } }) =>
      tell({ kind: "asked", nodeId: node?.id ?? "", typeUrl }),
    onFetchRequest: ({ node, typeUrl }) => tell({ kind: "asked", nodeId: node?.id ?? "", typeUrl }),
  },
});
process.on("message", ({ nodeId, resources }: Configuration) =>
  cache.setSnapshot(nodeId, snapshotOf(resources)),
);
process.on("disconnect", () => process.exit());
const server = createGrpcServer({
  router: new Router({ services: xds.services }),
  http1: createRestHandler({ xds, registry }),
});
await server.listen({ port: Number(process.argv[2]) });
process.send?.({ kind: "listening" });

function tell(event: Answered | Asked): void {
  process.send?.(event);
}
