import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { encodeFrame } from "@signalbox/grpc";
import { assignment, changedPort, FIRST_PORT } from "./assignment.ts";
import { deltaResponse } from "./messages.ts";
import type { Load, MeasuredServer } from "./measured-server.ts";

const HEADERS = { ":status": 200, "content-type": "application/grpc" };

/**
 * The limit: bare node:http2 that writes one framed buffer to every stream, without any protocol.
 * The first request of a stream is answered with everything, a change goes to all.
 */
export function createRawServer({ resources, endpoints }: Load): MeasuredServer {
  const all = Array.from({ length: resources }, (_, index) =>
    assignment(index, endpoints, FIRST_PORT),
  );
  const first = encodeFrame(deltaResponse(all, "1")).bytes;
  const streams = new Set<ServerHttp2Stream>();
  const sockets = new Set<Socket>();
  const server = createServer({ settings: { maxConcurrentStreams: 100_000 } });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("stream", (stream) => {
    streams.add(stream);
    stream.on("error", () => {});
    stream.on("close", () => streams.delete(stream));
    stream.once("data", () => {
      stream.respond(HEADERS);
      stream.write(first);
      stream.on("data", () => {});
    });
  });
  let changes = 0;
  return {
    listen: (host, port) =>
      new Promise((resolve) => {
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
      }),
    change: (index) => {
      const changed = assignment(index, endpoints, changedPort(changes++));
      const frame = encodeFrame(deltaResponse([changed], String(changes + 1))).bytes;
      for (const stream of streams) stream.write(frame);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
