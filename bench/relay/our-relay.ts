import { Channel, createGrpcServer, type Metadata, Router } from "@signalbox/grpc";
import { ChannelBackend, createProxy, type Plan } from "@signalbox/grpc-proxy";
import type { RelayServer } from "./relay-server.ts";

/** Methods of the node API that answer with a stream (node-api §3.1). */
const STREAMED =
  /^\/machine\.MachineService\/(Copy|DiskUsage|Dmesg|EtcdSnapshot|Events|ImageList|Kubeconfig|List|DebugContainer|Logs|PacketCapture|Read)$|Stream$/;

/** Bounds what a caller that does not read makes the relay hold; enough for a fast network. */
const limits = { streamWindowBytes: 256 << 10 };

/** Ours, on its public API: to one machine by `node`, to many by `nodes`, repeated. */
export function createOurRelay(): RelayServer {
  const channels = new Map<string, Channel>();
  const director = ({ metadata }: { readonly metadata: Metadata }): Plan => {
    // Once for all machines: a hundred that each hear of the other ninety-nine cost more than the call.
    const rest = metadata.without("node", "nodes");
    const backend = (name: string): ChannelBackend => {
      const channel = channels.get(name) ?? new Channel(name, { limits });
      channels.set(name, channel);
      return new ChannelBackend({ name, channel, metadata: () => rest });
    };
    const nodes = metadata.getAll("nodes");
    return nodes.length > 0
      ? { mode: "one-to-many", backends: nodes.map(backend) }
      : { mode: "one-to-one", backends: metadata.getAll("node").map(backend) };
  };
  const proxy = createProxy({ director, isStreamed: (path) => STREAMED.test(path) });
  const server = createGrpcServer({
    router: new Router({ unknown: proxy }),
    // What loads it is one client that never stops.
    limits: {
      maxMessageBytes: 32 << 20,
      maxConcurrentStreams: 10_000,
      maxStreamsPerSecond: 1_000_000,
    },
  });
  return {
    listen: async (host, port) => (await server.listen({ host, port })).port,
    close: async () => {
      await server.close();
      await Promise.all(channels.values().map((channel) => channel.close(0)));
    },
  };
}
