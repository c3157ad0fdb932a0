import { constants } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import {
  createServer as createTlsServer,
  type Server as TlsServer,
  type TLSSocket,
} from "node:tls";
import { addressKey } from "@signalbox/base";
import type { DueTimers } from "../due-timers.ts";
import { Peer } from "../peer.ts";
import { sniffProtocol } from "./sniff-protocol.ts";
import type { TlsMaterial, TlsOptions } from "./tls-options.ts";

export interface AcceptorOptions {
  readonly tls: TlsOptions | undefined;
  /** False: whatever comes is HTTP/2. */
  readonly hasHttp1: boolean;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly handshakeTimeoutMs: number;
  readonly timers: DueTimers;
  readonly onHttp2: (socket: Socket) => void;
  readonly onHttp1: (socket: Socket) => void;
  /** A connection above a limit was closed. */
  readonly onDropped: () => void;
  /** A handshake failed; nothing is left of the connection. */
  readonly onFailed: (error: Error) => void;
}

/** Takes connections on one port and finds out what each of them speaks. */
export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #server: Server;
  /** Makes the handshakes; it does not listen itself. */
  readonly #tls: TlsServer | undefined;
  readonly #undecided = new Set<Socket>();
  /** In the handshake, by peer: TLS puts a socket of its own on top of the one that was accepted. */
  readonly #shaking = new Map<string, Socket>();
  /** Connections by who holds them; whoever has none is not in it. */
  readonly #held = new Map<string, number>();

  constructor(options: AcceptorOptions) {
    this.#options = options;
    const { tls } = options;
    this.#tls = tls === undefined ? undefined : this.#encrypted(tls);
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = options.maxConnections;
    this.#server.on("drop", options.onDropped);
  }

  /** Listens, and answers the port. @throws when the address cannot be had */
  listen(host: string, port: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once("error", reject);
    this.#server.listen({ host, port }, () => {
      this.#server.off("error", reject);
      // Running out of file descriptors ends one connection, not the process.
      this.#server.on("error", this.#options.onFailed);
      const address = this.#server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
    return promise;
  }

  /** New handshakes get these; connections that stand go on. */
  setTls(material: TlsMaterial): void {
    if (this.#tls === undefined) throw new Error("this server speaks no TLS");
    const { clientCertificates } = this.#options.tls ?? {};
    this.#tls.setSecureContext(
      secureContextOf({ ...material, ...(clientCertificates && { clientCertificates }) }),
    );
  }

  /** Takes no more connections; resolves when all that were taken are gone. */
  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of [...this.#undecided, ...this.#shaking.values()]) socket.destroy();
    return promise;
  }

  #accept(socket: Socket): void {
    if (!this.#hasRoomFor(socket)) {
      socket.destroy();
      this.#options.onDropped();
    } else if (this.#tls === undefined) {
      socket.on("error", this.#options.onFailed);
      this.#decide(socket);
    } else this.#shakeHands(socket, this.#tls);
  }

  #shakeHands(socket: Socket, tls: TlsServer): void {
    const key = peerKey(socket);
    this.#shaking.set(key, socket);
    socket.once("close", () => {
      if (this.#shaking.get(key) === socket) this.#shaking.delete(key);
    });
    tls.emit("connection", socket);
  }

  /** Counted before the handshake, which costs more than all that comes before it. */
  #hasRoomFor(socket: Socket): boolean {
    const key = addressKey(socket.remoteAddress ?? "");
    const count = this.#held.get(key) ?? 0;
    if (count >= this.#options.maxConnectionsPerAddress) return false;
    this.#held.set(key, count + 1);
    socket.once("close", () => {
      const left = (this.#held.get(key) ?? 0) - 1;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
    });
    return true;
  }

  #encrypted(tls: TlsOptions): TlsServer {
    const { clientCertificates = "none" } = tls;
    const server = createTlsServer({
      ...secureContextOf(tls),
      minVersion: "TLSv1.2",
      requestCert: clientCertificates !== "none",
      rejectUnauthorized: clientCertificates === "required",
      ALPNProtocols: this.#options.hasHttp1 ? ["h2", "http/1.1"] : ["h2"],
      handshakeTimeout: this.#options.handshakeTimeoutMs,
    });
    server.on("tlsClientError", (error, socket) => {
      socket.destroy();
      this.#options.onFailed(error);
    });
    server.on("secureConnection", (socket) => {
      this.#shaking.delete(peerKey(socket));
      socket.on("error", this.#options.onFailed);
      const fault = tls.admit?.(Peer.ofSocket(socket));
      if (fault === undefined) this.#decideByAlpn(socket);
      else {
        socket.destroy();
        this.#options.onFailed(fault);
      }
    });
    return server;
  }

  /** A client that names no protocol may speak HTTP/2 nevertheless (node-api §2.5). */
  #decideByAlpn(socket: TLSSocket): void {
    socket.setNoDelay(true);
    if (socket.alpnProtocol === "h2") this.#options.onHttp2(socket);
    else if (socket.alpnProtocol === "http/1.1") this.#options.onHttp1(socket);
    else this.#decide(socket);
  }

  /** By its first bytes, where it may speak either. */
  #decide(socket: Socket): void {
    if (!this.#options.hasHttp1) {
      this.#options.onHttp2(socket);
      return;
    }
    this.#undecided.add(socket);
    const { timers, handshakeTimeoutMs } = this.#options;
    const wait = timers.add({ onDue: () => socket.destroy() }, handshakeTimeoutMs);
    const settle = (): void => {
      if (this.#undecided.delete(socket)) timers.remove(wait);
    };
    socket.once("close", settle);
    sniffProtocol(socket, (protocol) => {
      socket.off("close", settle);
      settle();
      if (protocol === "h2") this.#options.onHttp2(socket);
      else this.#options.onHttp1(socket);
    });
  }
}

function peerKey({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/**
 * A session that is resumed is not verified anew. Where clients show certificates every handshake
 * is a full one, or one that has expired would do for a while (node-api §2.5).
 */
function secureContextOf({ cert, key, ca, clientCertificates = "none" }: TlsOptions): {
  cert: string | Buffer;
  key: string | Buffer;
  ca?: (string | Buffer)[];
  secureOptions?: number;
} {
  return {
    cert,
    key,
    ...(ca === undefined ? {} : { ca: Array.isArray(ca) ? [...ca] : [ca as string | Buffer] }),
    ...(clientCertificates === "none" ? {} : { secureOptions: constants.SSL_OP_NO_TICKET }),
  };
}
