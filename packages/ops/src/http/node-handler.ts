import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TLSSocket } from "node:tls";
import { onlyCommonName } from "@signalbox/base";
import type { AdminApi } from "../admin/route-api.ts";
import type { AdminAnswer, AdminRequest } from "../admin/admin-request.ts";

/** How requests of `node:http` are read. All have defaults. */
export interface NodeHandlerOptions {
  /** Where it is mounted, such as `/ops`; a server that cuts that off itself needs none. */
  readonly prefix?: string | undefined;
  /**
   * Whose address counts when passwords are guessed. Behind a proxy that is not the connection's,
   * which all callers share. Default: the connection's.
   */
  readonly addressOf?: ((request: IncomingMessage) => string) | undefined;
  /** No route reads a body; one that is longer ends its connection. Default: 65,536. */
  readonly maxBodyBytes?: number | undefined;
}

/** A request listener of `node:http`, and a middleware of Express and its like. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Called instead of a 404. */
  next?: () => void,
) => void;

const MAX_BODY_BYTES = 65_536;

/** Serves the admin API on any `node:http` server. */
export function nodeHandler(
  admin: Pick<AdminApi, "handle" | "knows">,
  options: NodeHandlerOptions = {},
): NodeHandler {
  const { prefix = "", maxBodyBytes = MAX_BODY_BYTES, addressOf = connectionAddress } = options;
  return (request, response, next) => {
    const url = request.url ?? "/";
    const isBelow = url.startsWith(`${prefix}/`);
    const inner = isBelow ? url.slice(prefix.length) : "";
    if (next !== undefined && !admin.knows(inner.split("?", 1)[0] ?? "")) {
      next();
      return;
    }
    if (!takesBody(request, response, maxBodyBytes)) return;
    const asked = (signal: AbortSignal): AdminRequest =>
      adminRequest(request, inner, addressOf(request), signal);
    void respond(admin, asked, request, response).catch(() => response.destroy());
  };
}

async function respond(
  admin: Pick<AdminApi, "handle">,
  asked: (signal: AbortSignal) => AdminRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const answer = await admin.handle(asked(gone.signal));
  if (gone.signal.aborted) return discard(answer);
  await send(request, response, answer);
}

function adminRequest(
  request: IncomingMessage,
  url: string,
  remoteAddress: string,
  signal: AbortSignal,
): AdminRequest {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  return {
    method: request.method ?? "GET",
    url,
    headers: Object.fromEntries(headers) as Record<string, string | undefined>,
    remoteAddress,
    certificateName: certificateName(request),
    signal,
  };
}

function connectionAddress({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? "";
}

/** Only of a certificate that the handshake verified. */
function certificateName({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const certificate = socket.getPeerX509Certificate();
  return certificate && onlyCommonName(certificate);
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: AdminAnswer,
): Promise<void> {
  const { status, headers, body } = answer;
  const isWhole = typeof body === "string" || body instanceof Uint8Array;
  const length = isWhole ? { "content-length": Buffer.byteLength(body) } : {};
  response.writeHead(status, { ...headers, ...length });
  if (request.method === "HEAD") {
    response.end();
    discard(answer);
  } else if (isWhole) response.end(body);
  else await pipeline(body, response);
}

/** A body that nobody reads must not go on being made. */
function discard({ body }: AdminAnswer): void {
  if (body instanceof Readable) body.destroy();
}

function takesBody(request: IncomingMessage, response: ServerResponse, maxBytes: number): boolean {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
    response.writeHead(413, { connection: "close", "content-type": "text/plain; charset=utf-8" });
    response.end("content too large\n");
    return false;
  }
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) request.destroy();
  });
  return true;
}
