import { DueTimers } from "../due-timers.ts";
import { Acceptor } from "./acceptor.ts";
import { Connection, type ConnectionDeps } from "./connection.ts";
import { Http1Door } from "./http1-door.ts";
import { createServerMetrics, type ServerMetrics } from "./server-metrics.ts";
import { type GrpcServerOptions, resolveSettings, type ServerSettings } from "./server-options.ts";
import type { TlsMaterial, TlsOptions } from "./tls-options.ts";

/** Where to listen. */
export interface ListenOptions {
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** 0 lets the machine choose. */
  readonly port: number;
}

/** Where a server was found to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * A gRPC server; with `http1`, an HTTP/1.1 server on the same port.
 *
 * @example
 * ```ts
 * const server = createGrpcServer({ router: new Router({ services: [greeter] }) });
 * const { port } = await server.listen({ port: 0 });
 * // ...
 * await server.drain(10_000);
 * ```
 */
export class GrpcServer {
  readonly #settings: ServerSettings;
  readonly #tls: TlsOptions | undefined;
  readonly #timers: DueTimers;
  readonly #metrics: ServerMetrics;
  readonly #http1: Http1Door | undefined;
  readonly #acceptors = new Set<Acceptor>();
  readonly #connections = new Set<Connection>();
  readonly #deps: ConnectionDeps;
  #material: TlsMaterial | undefined;
  #closed: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(options: GrpcServerOptions) {
    this.#settings = resolveSettings(options);
    this.#tls = options.tls;
    this.#timers = new DueTimers(this.#settings.clock);
    this.#metrics = createServerMetrics(this.#settings.metrics);
    this.#http1 = options.http1 === undefined ? undefined : new Http1Door(options.http1);
    this.#deps = {
      settings: this.#settings,
      timers: this.#timers,
      metrics: this.#metrics,
      onClosed: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#onEmpty?.();
      },
    };
  }

  /** HTTP/2 connections that are open. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Calls whose streams are open. */
  get calls(): number {
    let calls = 0;
    for (const connection of this.#connections) calls += connection.openCalls;
    return calls;
  }

  /** Deadlines and other waits; zero once the server is closed. */
  get timers(): number {
    return this.#timers.size;
  }

  /**
   * Listens on one more address.
   *
   * @throws when the address cannot be had, or the server is closed
   */
  async listen(options: ListenOptions): Promise<ListenAddress> {
    if (this.#closed !== undefined) throw new Error("this server is closed");
    const host = options.host ?? "127.0.0.1";
    const acceptor = this.#createAcceptor();
    const port = await acceptor.listen(host, options.port);
    this.#acceptors.add(acceptor);
    return { host, port };
  }

  /** New handshakes are made with these; connections that stand go on. */
  setTls(material: TlsMaterial): void {
    for (const acceptor of this.#acceptors) acceptor.setTls(material);
    this.#material = material;
  }

  /**
   * Stops gently: no new connections, no new calls, `graceMs` for those that run, then
   * UNAVAILABLE. Resolves when nothing is left.
   */
  drain(graceMs: number): Promise<void> {
    for (const connection of this.#connections) connection.retire(graceMs);
    this.#http1?.drain();
    return this.#shutDown(graceMs);
  }

  /** Stops at once: running calls end UNAVAILABLE. Resolves when nothing is left. */
  close(): Promise<void> {
    for (const connection of this.#connections) connection.stop();
    this.#http1?.close();
    return this.#shutDown(0);
  }

  #shutDown(graceMs: number): Promise<void> {
    this.#closed ??= this.#waitForEnd(graceMs);
    return this.#closed;
  }

  async #waitForEnd(graceMs: number): Promise<void> {
    this.#timers.add({ onDue: () => this.#http1?.close() }, graceMs);
    await Promise.all(Array.from(this.#acceptors, (acceptor) => acceptor.close()));
    // Sockets are gone; a connection learns of it a moment later.
    if (this.#connections.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onEmpty = resolve;
      await promise;
    }
    this.#http1?.close();
    this.#timers.close();
  }

  #createAcceptor(): Acceptor {
    const { limits, log } = this.#settings;
    const acceptor = new Acceptor({
      tls: this.#tls === undefined ? undefined : { ...this.#tls, ...this.#material },
      hasHttp1: this.#http1 !== undefined,
      maxConnections: limits.maxConnections,
      maxConnectionsPerAddress: limits.maxConnectionsPerAddress,
      handshakeTimeoutMs: limits.handshakeTimeoutMs,
      timers: this.#timers,
      onHttp2: (socket) => {
        if (!socket.destroyed) this.#connections.add(new Connection(this.#deps, socket));
      },
      onHttp1: (socket) => this.#http1?.accept(socket),
      onDropped: () => this.#metrics.refused("connections"),
      onFailed: (error) => log.debug({ err: error }, "a connection failed"),
    });
    return acceptor;
  }
}

/** Creates a server that does not listen yet. */
export function createGrpcServer(options: GrpcServerOptions): GrpcServer {
  return new GrpcServer(options);
}
