import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { Log } from "@signalbox/base";
import { answerOps, type OpsSources } from "./ops-answer.ts";

/** PEM texts. Callers must show a certificate that `clientCa` signed. */
export interface OpsTls {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
}

export interface OpsServerOptions {
  readonly host: string;
  readonly port: number;
  /** Absent: plain HTTP, which is for loopback only. */
  readonly tls?: OpsTls | undefined;
}

export interface OpsServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Listens for probes and scrapes.
 *
 * @throws the system's error when the address cannot be bound
 */
export async function startOpsServer(
  sources: OpsSources & { readonly log: Log },
  options: OpsServerOptions,
): Promise<OpsServer> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void respond(request, response, sources).catch((error: unknown) => {
      sources.log.error({ err: error }, "an ops request failed");
      response.destroy();
    });
  };
  const limits = { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 8192 };
  const server =
    options.tls === undefined
      ? createHttpServer(limits, handle)
      : createHttpsServer({ ...limits, ...mutualTls(options.tls) }, handle);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function mutualTls({ certificate, key, clientCa }: OpsTls) {
  return {
    cert: certificate,
    key,
    ca: clientCa,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
  } as const;
}

function listen(server: Server, { host, port }: OpsServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  sources: OpsSources,
): Promise<void> {
  request.resume();
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const answer = await answerOps(request.method ?? "GET", path, sources);
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": Buffer.byteLength(answer.body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...answer.headers,
  });
  response.end(request.method === "HEAD" ? undefined : answer.body);
}
