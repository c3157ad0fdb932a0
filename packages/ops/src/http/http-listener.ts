import type { Server as HttpServer } from "node:http";
import {
  createServer as createTlsServer,
  Server as HttpsServer,
  type ServerOptions as TlsServerOptions,
} from "node:https";
import type { AddressInfo } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { type Clock, nodeHttp, Problem } from "@signalbox/base";
import type { NodeHandler } from "./node-handler.ts";
import { OpenConnections } from "./open-connections.ts";

/** PEM texts. */
export interface ListenerTls {
  readonly certificate: string;
  readonly key: string;
  /** Who signs client certificates. Absent: none are asked for. */
  readonly clientCa?: string | undefined;
  /** Whether a caller without such a certificate is turned away at once. Default: false. */
  readonly requiresCertificate?: boolean | undefined;
}

/** Where to listen, and what a caller may take. Only the clock must be given. */
export interface ListenerOptions {
  readonly clock: Clock;
  /** Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Default: any that is free. */
  readonly port?: number | undefined;
  /** Absent: plain HTTP. */
  readonly tls?: ListenerTls | undefined;
  /** Callers at a time; above it whoever was silent for longest makes room. Default: 100. */
  readonly maxConnections?: number | undefined;
  /** How long a request may take to arrive. Default: 10,000. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * How long a connection may be silent, also one that does not read. Must be longer than the
   * longest profile. Default: 120,000.
   */
  readonly idleTimeoutMs?: number | undefined;
}

/** A listener that is open. */
export interface HttpListener {
  readonly host: string;
  readonly port: number;
  /** New connections are met with these from now on. @throws the system's error for bad ones */
  renewTls(tls: ListenerTls): void;
  /** Takes no more callers, and lets those under way finish for so long. Default: 5000. */
  close(graceMs?: number): Promise<void>;
}

const MAX_HEADER_BYTES = 16_384;

/**
 * A small HTTP server of its own, with limits of sizes and times.
 *
 * @throws Problem `config_invalid` for TLS that cannot be, the system's error when the address
 * cannot be bound
 */
export async function startListener(
  handle: NodeHandler,
  options: ListenerOptions,
): Promise<HttpListener> {
  const { clock, host = "127.0.0.1", port = 0, tls } = options;
  const server = createFor(tls, limits(options));
  const connections = new OpenConnections(options.maxConnections ?? 100);
  server.on("connection", (socket) => connections.add(socket));
  server.timeout = options.idleTimeoutMs ?? 120_000;
  let isClosing = false;
  server.on("request", (request, response) => {
    if (isClosing) response.setHeader("connection", "close");
    const { socket } = request;
    connections.begin(socket);
    response.once("close", () => {
      connections.end(socket);
      // What was kept alive for another request gets none.
      if (isClosing) setImmediate(() => server.closeIdleConnections());
    });
    handle(request, response);
  });
  await listen(server, host, port);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    renewTls: (next) => {
      if (server instanceof HttpsServer) server.setSecureContext(materialOf(next));
    },
    close: (graceMs = 5000) => {
      isClosing = true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = clock.after(graceMs, () => connections.destroy());
      server.close(() => resolve());
      server.closeIdleConnections();
      return promise.finally(cancel);
    },
  };
}

function limits({ requestTimeoutMs = 10_000 }: ListenerOptions): TlsServerOptions {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    handshakeTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 5000),
    keepAliveTimeout: 10_000,
    maxHeaderSize: MAX_HEADER_BYTES,
  };
}

function createFor(
  tls: ListenerTls | undefined,
  options: TlsServerOptions,
): HttpServer | HttpsServer {
  if (tls === undefined) return nodeHttp().createServer(options);
  const { clientCa, requiresCertificate = false } = tls;
  if (requiresCertificate && clientCa === undefined) {
    throw new Problem(
      "config_invalid",
      "client certificates are required, but no authority for them",
    );
  }
  return createTlsServer({
    ...options,
    ...materialOf(tls),
    requestCert: clientCa !== undefined,
    rejectUnauthorized: requiresCertificate,
  });
}

/** What handshakes are made with, the first ones and those behind a renewal alike. */
function materialOf({ certificate, key, clientCa }: ListenerTls): SecureContextOptions {
  return {
    cert: certificate,
    key,
    minVersion: "TLSv1.2",
    ...(clientCa !== undefined && { ca: clientCa }),
  };
}

function listen(server: HttpServer | HttpsServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
