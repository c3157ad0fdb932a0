// A relay for any gRPC service, without its schema. `node: a:50000` in a call's metadata sends it to
// that machine, as it is; `nodes: a:50000`, repeated, to all of them at once, and what they answer
// comes back as one reply, each part under its machine's name. That wants replies which are lists of
// messages, as those of the node API; `envelope: wrappingEnvelope` of a backend takes any. From the
// root of a checkout, with the machines that may be reached:
// `npx node --conditions=source examples/grpc-relay/server.ts 50000 10.0.0.1:50000 10.0.0.2:50000`;
// ask with `grpcurl -plaintext -H 'node: 10.0.0.1:50000' localhost:50000 ...`.
import { once } from "node:events";
import {
  Channel,
  createGrpcServer,
  GrpcError,
  type Metadata,
  Router,
  STATUS,
} from "@signalbox/grpc";
import { type Backend, ChannelBackend, createProxy } from "@signalbox/grpc-proxy";

const machines = new Map<string, Channel>(
  process.argv.slice(3).map((address) => [address, new Channel(address)] as const),
);

/** The machine at an address: none but those that were named may be reached. */
function backendOf(name: string, metadata: Metadata): Backend {
  const channel = machines.get(name);
  if (channel === undefined) throw new GrpcError(STATUS.NOT_FOUND, `no machine is called ${name}`);
  return new ChannelBackend({ name, channel, metadata: () => metadata });
}

const proxy = createProxy({
  director: ({ metadata }) => {
    // Where a call goes is for this relay alone; everything else goes on.
    const rest = metadata.without("node", "nodes");
    const backend = (name: string) => backendOf(name, rest);
    const nodes = metadata.getAll("nodes");
    return nodes.length > 0
      ? { mode: "one-to-many", backends: nodes.map(backend), order: "request" }
      : { mode: "one-to-one", backends: metadata.getAll("node").map(backend) };
  },
  isStreamed: (path) => path.endsWith("/Watch"),
});

const server = createGrpcServer({ router: new Router({ unknown: proxy }) });
const { port } = await server.listen({ port: Number(process.argv[2] ?? 50_000) });
console.log(`ready on port ${port}`);

await once(process, "SIGTERM");
await server.drain(5_000);
await Promise.all(machines.values().map((channel) => channel.close()));
