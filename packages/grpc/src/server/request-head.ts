import type { IncomingHttpHeaders } from "node:http2";
import { fail, ok, type Result } from "@signalbox/base";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { parseGrpcTimeout } from "../grpc-timeout.ts";
import { STATUS } from "../status.ts";

/** What the headers of a request say, checked (node-api §1.1). */
export interface RequestHead {
  readonly path: string;
  readonly service: string;
  readonly method: string;
  readonly authority: string;
  readonly userAgent: string;
  /** What the client allows from now on; undefined without a limit. */
  readonly timeoutMs: number | undefined;
  readonly encoding: string;
  /** `grpc-accept-encoding` as it came. */
  readonly acceptEncoding: string;
}

/** Headers that are no call: what to answer. */
export interface Refusal {
  readonly httpStatus: number;
  readonly status: GrpcStatus;
}

const CONTENT_TYPE = /^application\/grpc(?:$|[+;])/;

/** Reads a request's headers. */
export function parseRequestHead(headers: IncomingHttpHeaders): Result<RequestHead, Refusal> {
  if (headers[":method"] !== "POST") {
    return refuse(405, STATUS.INTERNAL, "the method of a call is POST");
  }
  const contentType = headers["content-type"];
  if (contentType === undefined || !CONTENT_TYPE.test(contentType)) {
    return refuse(415, STATUS.INVALID_ARGUMENT, "the content-type of a call is application/grpc");
  }
  const path = headers[":path"] ?? "";
  const slash = path.lastIndexOf("/");
  if (!path.startsWith("/") || slash === 0) {
    return refuse(200, STATUS.UNIMPLEMENTED, "malformed method name");
  }
  const timeout = headers["grpc-timeout"];
  const timeoutMs = timeout === undefined ? ok(undefined) : parseGrpcTimeout(String(timeout));
  if (!timeoutMs.ok) return refuse(200, STATUS.INTERNAL, timeoutMs.error);
  return ok({
    path,
    service: path.slice(1, slash),
    method: path.slice(slash + 1),
    authority: headers[":authority"] ?? headers.host ?? "",
    userAgent: headers["user-agent"] ?? "",
    timeoutMs: timeoutMs.value,
    encoding: String(headers["grpc-encoding"] ?? "identity"),
    acceptEncoding: String(headers["grpc-accept-encoding"] ?? ""),
  });
}

function refuse(
  httpStatus: number,
  code: (typeof STATUS)[keyof typeof STATUS],
  message: string,
): Result<never, Refusal> {
  return fail({ httpStatus, status: status(code, message) });
}
