import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { nodeHttp } from "@signalbox/base";

/**
 * Serves HTTP/1.1 on sockets that were accepted elsewhere. Node's own limits on slow headers and
 * slow requests apply.
 */
export class Http1Door {
  readonly #server: Server;
  #isDraining = false;

  constructor(handler: (request: IncomingMessage, response: ServerResponse) => void) {
    this.#server = nodeHttp().createServer((request, response) => {
      if (this.#isDraining) response.setHeader("connection", "close");
      response.once("close", () => {
        if (this.#isDraining) this.#server.closeIdleConnections();
      });
      handler(request, response);
    });
    // Node begins to watch for slow clients, and to know the idle ones, when a server listens.
    this.#server.emit("listening");
  }

  accept(socket: Socket): void {
    this.#server.emit("connection", socket);
    socket.resume();
  }

  /** Closes what is idle; each other connection closes behind its present request. */
  drain(): void {
    this.#isDraining = true;
    this.#server.close();
  }

  /** Drops every connection. */
  close(): void {
    this.drain();
    this.#server.closeAllConnections();
  }
}
