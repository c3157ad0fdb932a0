import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { Metadata } from "../metadata.ts";
import { STATUS } from "../status.ts";
import type { Connection } from "./connection.ts";
import { parseRequestHead, type RequestHead } from "./request-head.ts";
import { NOTHING_FOLLOWS, trailersOnly } from "./response-head.ts";
import type { FoundRoute, Router } from "./router.ts";
import { ServerCall } from "./server-call.ts";
import type { Authorize } from "./server-options.ts";

/**
 * Makes a call out of a new stream: headers, route, compression, authorization, handler. Whatever
 * fails on the way is answered on this stream and costs nothing more.
 */
export function openStream(
  connection: Connection,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  raw: readonly string[],
): void {
  // A stream tells of its failure by its end; an error event that nobody heard would be thrown.
  stream.on("error", ignore);
  // The client may have taken the stream back before it was announced here.
  if (stream.destroyed || stream.closed) return;
  const { router, authorize } = connection.settings;
  const head = parseRequestHead(headers);
  if (!head.ok) {
    connection.metrics.refused("malformed");
    refuse(stream, head.error.httpStatus, head.error.status);
    return;
  }
  const route = router.find(head.value.path);
  const fault =
    route === undefined ? unimplemented(router, head.value) : unreadable(route, head.value);
  if (route === undefined || fault !== undefined) {
    connection.metrics.refused("unimplemented");
    refuse(stream, 200, fault ?? UNIMPLEMENTED);
    return;
  }
  const call = new ServerCall(connection, stream, head.value, route, raw);
  connection.onOpened(call);
  if (head.value.timeoutMs === 0) call.onDue();
  else if (authorize === undefined) call.open();
  else void admit(call, authorize);
}

async function admit(call: ServerCall, authorize: Authorize): Promise<void> {
  try {
    const refusal = await authorize(call);
    if (refusal === undefined) call.open();
    else call.end(refusal);
  } catch (error) {
    call.fail(error);
  }
}

function refuse(stream: ServerHttp2Stream, httpStatus: number, told: GrpcStatus): void {
  const headers = trailersOnly(httpStatus, told, Metadata.empty);
  stream.respond(headers, NOTHING_FOLLOWS);
  stream.resume();
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}

const UNIMPLEMENTED = status(STATUS.UNIMPLEMENTED, "unknown method");

function unimplemented(router: Router, { service, method }: RequestHead): GrpcStatus {
  const text = router.has(service)
    ? `unknown method ${method} for service ${service}`
    : `unknown service ${service}`;
  return status(STATUS.UNIMPLEMENTED, text);
}

function unreadable(route: FoundRoute, { encoding }: RequestHead): GrpcStatus | undefined {
  if (route.messages === "frames" || encoding === "identity" || encoding === "gzip")
    return undefined;
  const text = `grpc: Decompressor is not installed for grpc-encoding "${encoding}"`;
  return status(STATUS.UNIMPLEMENTED, text);
}

function ignore(): void {}
