import type { Server, ServerDuplexStream } from "@grpc/grpc-js";
import { type Clock, systemClock } from "@signalbox/base";
import { FRAME_HEADER_BYTES, type RawService } from "@signalbox/grpc";
import { GrpcJsCall } from "./grpc-js-call.ts";

/** How services are mounted. All have defaults. */
export interface MountOptions {
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * Serves services of ours from a server of `@grpc/grpc-js` that is there already: those of an
 * `XdsServer`, `LoadReporting`, `ClientStatusService`. Ports, TLS, limits and keepalive are that
 * server's, and repeated metadata fields come joined. It copies each frame for each stream; where many streams are served,
 * `createGrpcServer` costs a tenth.
 *
 * Every method is registered as one with streams on both sides: on the wire, the others are special
 * cases of that, and no message is decoded here.
 *
 * @example
 * ```ts
 * const server = new Server();
 * mountOnGrpcJs(server, xds.services);
 * server.bindAsync("127.0.0.1:18000", ServerCredentials.createInsecure(), () => {});
 * ```
 * @throws Error when a method is registered already
 */
export function mountOnGrpcJs(
  server: Server,
  services: Iterable<RawService>,
  { clock = systemClock }: MountOptions = {},
): void {
  for (const { name: service, methods } of services) {
    for (const [method, route] of Object.entries(methods)) {
      const handler = typeof route === "function" ? route : route.handler;
      const path = `/${service}/${method}`;
      const open = (call: ServerDuplexStream<Buffer, Buffer>): void =>
        new GrpcJsCall(call, { service, method, clock }).open(handler);
      if (!server.register(path, open, payloadOf, asIs, "bidi")) {
        throw new Error(`${path} is registered already`);
      }
    }
  }
}

/** grpc-js puts a header of its own before each message. */
function payloadOf(frame: Buffer): Buffer {
  return frame.subarray(FRAME_HEADER_BYTES);
}

function asIs(message: Buffer): Buffer {
  return message;
}
