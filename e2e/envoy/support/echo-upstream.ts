import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** An HTTP server that answers every request with its own name. */
export class EchoUpstream {
  readonly name: string;
  readonly port: number;

  private constructor(name: string, port: number) {
    this.name = name;
    this.port = port;
  }

  /** Listens until the test ends. */
  static async start(t: TestContext, name: string): Promise<EchoUpstream> {
    const server: Server = createServer((_request, response) => {
      response.end(name);
    }).listen(0, "127.0.0.1");
    keepIdleConnections(server);
    await once(server, "listening");
    t.after(async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    });
    return new EchoUpstream(name, (server.address() as AddressInfo).port);
  }
}

/**
 * Envoy keeps connections for an hour, also those on which no request came yet; a server that closes
 * them first makes requests fail.
 */
export function keepIdleConnections(server: Server): void {
  server.keepAliveTimeout = 0;
  server.headersTimeout = 0;
  server.requestTimeout = 0;
}
