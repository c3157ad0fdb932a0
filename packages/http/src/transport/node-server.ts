import type { RequestListener, Server, ServerOptions } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { nodeHttp } from "@signalbox/base";
import type { Limits } from "../http-server-options.ts";
import type { UpgradeGate } from "../upgrade/upgrade-gate.ts";

/** What a listener proves itself with, and whom it knows. TLS 1.2 or later is spoken. */
export interface TlsOptions {
  /** PEM, the chain behind it. */
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /**
   * Certificate authorities of clients. With it, a client may show a certificate on the same
   * listener that takes bearer tokens; whether it must is the authenticator's question.
   */
  readonly clientCa?: string | Buffer;
}

/** How often node looks for connections that are over their time. */
const CONNECTION_CHECK_MS = 1_000;

/** A node server with every time and size limited. */
export function createNodeServer(
  listener: RequestListener,
  limits: Limits,
  tls: TlsOptions | undefined,
  upgrades: UpgradeGate,
): Server {
  const options: ServerOptions = {
    shouldUpgradeCallback: upgrades.wants,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.receiveTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(CONNECTION_CHECK_MS, limits.headersTimeoutMs),
    // The route row answers this itself, with our error body.
    requireHostHeader: false,
    noDelay: true,
  };
  const server =
    tls === undefined
      ? nodeHttp().createServer(options, listener)
      : createTls(options, tls, listener);
  server.maxConnections = limits.connections;
  // node looks at the progress of what is written, too, before it calls a connection idle.
  server.timeout = Math.max(limits.sendTimeoutMs, limits.requestTimeoutMs + CONNECTION_CHECK_MS);
  server.on("upgrade", upgrades.admit);
  // Unknown expectations may be ignored (RFC 9110 §10.1.1); node's 417 would have no error body.
  server.on("checkExpectation", listener);
  return server;
}

/** New handshakes are made with these. @throws Error for a server without TLS, and for what is no certificate */
export function replaceTls(server: Server, tls: TlsOptions): void {
  if (!(server instanceof TlsServer)) throw new Error("this server speaks no TLS");
  server.setSecureContext(secureContextOf(tls));
}

function createTls(options: ServerOptions, tls: TlsOptions, listener: RequestListener): Server {
  return createTlsServer(
    {
      ...options,
      ...secureContextOf(tls),
      handshakeTimeout: 10_000,
      requestCert: tls.clientCa !== undefined,
      // A bad certificate is refused by the pipeline, with an answer that says so.
      rejectUnauthorized: false,
    },
    listener,
  );
}

function secureContextOf({ cert, key, clientCa }: TlsOptions): SecureContextOptions {
  return { cert, key, ...(clientCa && { ca: clientCa }), minVersion: "TLSv1.2" };
}
