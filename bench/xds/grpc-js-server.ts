import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { assignment, changedPort } from "./assignment.ts";
import type { Load, MeasuredServer } from "./measured-server.ts";
import { deltaResponse, METHODS, sotwResponse, type Variant } from "./messages.ts";

type Call = ServerDuplexStream<Buffer, Uint8Array>;

const identity = {
  requestSerialize: (bytes: Buffer) => bytes,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
  responseDeserialize: (bytes: Buffer) => bytes,
  requestStream: true,
  responseStream: true,
} as const;

/**
 * What one writes first: a grpc-js server that encodes an answer for each stream. It answers the
 * first request with everything and sends a change to all; it keeps no account of acknowledgements.
 */
export function createGrpcJsServer({ resources, endpoints }: Load): MeasuredServer {
  const all = Array.from({ length: resources }, (_, index) => assignment(index, endpoints, 8_000));
  const calls = new Map<Call, Variant>();
  const server = new Server({ "grpc.max_concurrent_streams": 100_000 });
  const encode = { delta: deltaResponse, sotw: sotwResponse };
  const open = (variant: Variant) => (call: Call) => {
    call.once("data", () => call.write(encode[variant](all, "1")));
    call.on("data", () => {});
    call.on("error", () => {});
    call.on("close", () => calls.delete(call));
    call.on("end", () => call.end());
    calls.set(call, variant);
  };
  server.addService(
    {
      stream: { path: METHODS.sotw, ...identity },
      delta: { path: METHODS.delta, ...identity },
    },
    { stream: open("sotw"), delta: open("delta") },
  );
  let changes = 0;
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        const credentials = ServerCredentials.createInsecure();
        server.bindAsync(`${host}:${port}`, credentials, (error, bound) => {
          if (error === null) resolve(bound);
          else reject(error);
        });
      }),
    change: (index) => {
      const changed = assignment(index, endpoints, changedPort(changes++));
      all[index] = changed;
      for (const [call, variant] of calls) {
        const resourcesSent = variant === "delta" ? [changed] : all;
        call.write(encode[variant](resourcesSent, String(changes + 1)));
      }
    },
    close: async () => server.forceShutdown(),
  };
}
