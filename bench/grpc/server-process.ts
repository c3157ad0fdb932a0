// One side of the gRPC bench, in a process of its own. Sends its parent the port, and what it has
// used whenever it is asked.
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from "@grpc/grpc-js";
import { createGrpcServer, encodeFrame, OK_STATUS, type RawHandler, Router } from "@signalbox/grpc";
import { ECHO_PATH, type Side, type Usage } from "./sample.ts";

const ignore = (): void => {};

const echo: RawHandler = (call) => {
  let request: Buffer = Buffer.alloc(0);
  return {
    onMessage: (message) => {
      request = message;
    },
    onHalfClose: () => {
      call.write(encodeFrame(request).bytes);
      call.end(OK_STATUS);
    },
    onDrain: ignore,
    onClose: ignore,
  };
};

const hold: RawHandler = (call) => {
  call.write(encodeFrame(Buffer.from("ready")).bytes);
  return { onMessage: ignore, onHalfClose: ignore, onDrain: ignore, onClose: ignore };
};

async function serveOurs(): Promise<number> {
  const services = [{ name: "bench.Bench", methods: { Echo: echo, Hold: hold } }];
  const limits = { maxConcurrentStreams: 10_000, maxStreamsPerSecond: 1_000_000 };
  const server = createGrpcServer({ router: new Router({ services }), limits });
  return (await server.listen({ port: 0 })).port;
}

function serveGrpcJs(): Promise<number> {
  const asIs = (bytes: Buffer): Buffer => bytes;
  const server = new Server();
  server.register<Buffer, Buffer>(
    ECHO_PATH,
    (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
      answer(null, call.request),
    asIs,
    asIs,
    "unary",
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function serveBare(): Promise<number> {
  const server = createServer();
  server.on("stream", (stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const headers = { ":status": 200, "content-type": "application/grpc" };
      stream.respond(headers, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(Buffer.concat(chunks));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

const sides: Readonly<Record<Side, () => Promise<number>>> = {
  ours: serveOurs,
  "grpc-js": serveGrpcJs,
  bare: serveBare,
};

process.on("message", () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() } satisfies Usage);
});
process.send?.(await sides[process.argv[2] as Side]());
