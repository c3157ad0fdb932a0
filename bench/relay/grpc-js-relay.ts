import {
  Client,
  type ClientDuplexStream,
  credentials,
  type Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
} from "@grpc/grpc-js";
import type { RelayServer } from "./relay-server.ts";
import { ECHO_PATH, FOLLOW_PATH, NAME_PATH, POUR_PATH } from "./sample.ts";

type Stream = ServerDuplexStream<Buffer, Buffer> | ClientDuplexStream<Buffer, Buffer>;

const asIs = (bytes: Buffer): Buffer => bytes;

/** What one writes first: it has to know each method, and whether it is unary. */
export function createGrpcJsRelay(): RelayServer {
  const clients = new Map<string, Client>();
  const clientTo = (node: string): Client => {
    const client = clients.get(node) ?? new Client(node, credentials.createInsecure());
    clients.set(node, client);
    return client;
  };
  const server = new Server({ "grpc.max_concurrent_streams": 10_000 });
  const unary = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
    const { metadata, request } = call;
    const client = clientTo(nodeOf(metadata));
    client.makeUnaryRequest(ECHO_PATH, asIs, asIs, request, metadata, answer);
  };
  const toMany = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>): void => {
    // It takes repeated fields for one.
    const nodes = String(call.metadata.get("nodes")[0]).split(", ");
    const replies: Buffer[] = [];
    let running = nodes.length;
    for (const node of nodes) {
      const client = clientTo(node);
      client.makeUnaryRequest(NAME_PATH, asIs, asIs, call.request, (_error, reply) => {
        replies.push(reply ?? Buffer.alloc(0));
        if (--running === 0) answer(null, Buffer.concat(replies));
      });
    }
  };
  const streamed =
    (path: string) =>
    (call: ServerDuplexStream<Buffer, Buffer>): void => {
      const out = clientTo(nodeOf(call.metadata)).makeBidiStreamRequest(
        path,
        asIs,
        asIs,
        call.metadata,
      );
      out.on("error", (error) => call.emit("error", error));
      call.on("cancelled", () => out.cancel());
      pump(call, out);
      pump(out, call);
    };
  server.register(ECHO_PATH, unary, asIs, asIs, "unary");
  server.register(NAME_PATH, toMany, asIs, asIs, "unary");
  for (const path of [POUR_PATH, FOLLOW_PATH]) {
    server.register(path, streamed(path), asIs, asIs, "bidi");
  }
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        const insecure = ServerCredentials.createInsecure();
        server.bindAsync(`${host}:${port}`, insecure, (error, bound) => {
          if (error === null) resolve(bound);
          else reject(error);
        });
      }),
    close: async () => {
      for (const client of clients.values()) client.close();
      server.forceShutdown();
    },
  };
}

function nodeOf(metadata: Metadata): string {
  return String(metadata.get("node")[0]);
}

function pump(from: Stream, to: Stream): void {
  from.on("data", (message: Buffer) => {
    if (!to.write(message)) from.pause();
  });
  from.on("end", () => to.end());
  to.on("drain", () => from.resume());
}
