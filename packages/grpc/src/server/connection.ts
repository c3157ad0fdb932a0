import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { Socket } from "node:net";
import type { Clock } from "@signalbox/base";
import type { DueTimers } from "../due-timers.ts";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { holdSessionHandle } from "../hold-session-handle.ts";
import { Peer } from "../peer.ts";
import { STATUS } from "../status.ts";
import { Waits } from "../waits.ts";
import type { CallHost } from "./call-host.ts";
import { openStream } from "./open-stream.ts";
import type { CallOutcome } from "./raw-call.ts";
import type { ServerCall } from "./server-call.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { ServerLimits, ServerSettings } from "./server-options.ts";

/** What connections share. */
export interface ConnectionDeps {
  readonly settings: ServerSettings;
  readonly timers: DueTimers;
  readonly metrics: ServerMetrics;
  readonly onClosed: (connection: Connection) => void;
}

/**
 * `handshake`: the client's settings have not come. `unused`: no request has come. `serving`.
 * `retiring`: told to go elsewhere, calls run on. `closed`.
 */
type State = "handshake" | "unused" | "serving" | "retiring" | "closed";

/** The highest stream number: a GOAWAY with it refuses nothing that is already on its way. */
const EVERY_STREAM = 2 ** 31 - 1;

/** What the last words of a connection are given to leave. */
const FLUSH_MS = 1_000;

const STOPPING: GrpcStatus = status(STATUS.UNAVAILABLE, "the server closes this connection");

/** One HTTP/2 connection and the calls on it. */
export class Connection implements CallHost {
  readonly peer: Peer;
  readonly #deps: ConnectionDeps;
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #calls = new Set<ServerCall>();
  readonly #waits: Waits;
  #state: State = "handshake";
  /** Ends the wait for the handshake, then for the first request, then for the next one. */
  #stopWaiting: () => void;
  #secondStartMs: number;
  #secondStreams = 0;

  /** @param socket connected, its handshake done; bytes that were read of it put back */
  constructor(deps: ConnectionDeps, socket: Socket) {
    const { limits, times, clock, random } = deps.settings;
    this.#deps = deps;
    this.#waits = new Waits(deps.timers);
    this.#socket = socket;
    this.peer = Peer.ofSocket(socket);
    this.#secondStartMs = clock.monotonic();
    this.#session = performServerHandshake(socket, sessionOptions(limits));
    holdSessionHandle(this.#session, socket);
    this.#session.setLocalWindowSize(limits.connectionWindowBytes);
    this.#session.on("stream", (stream, headers, _flags, raw) =>
      this.#onStream(stream, headers, raw),
    );
    this.#session.on("error", (error) => this.#onError(error));
    this.#session.on("close", () => this.#onClosed());
    this.#session.once("remoteSettings", () => this.#onHandshake());
    this.#stopWaiting = this.#waits.after(limits.handshakeTimeoutMs, () => this.destroy());
    this.#waits.after(times.maxAgeMs * (0.9 + 0.2 * random.fraction()), () =>
      this.retire(times.maxAgeGraceMs),
    );
    this.#keepAlive();
    deps.metrics.connectionOpened();
  }

  get settings(): ServerSettings {
    return this.#deps.settings;
  }

  get clock(): Clock {
    return this.#deps.settings.clock;
  }

  get limits(): ServerLimits {
    return this.#deps.settings.limits;
  }

  get timers(): DueTimers {
    return this.#deps.timers;
  }

  get metrics(): ServerMetrics {
    return this.#deps.metrics;
  }

  get isLost(): boolean {
    return this.#session.destroyed || this.#socket.destroyed;
  }

  /** Calls whose streams are open. */
  get openCalls(): number {
    return this.#calls.size;
  }

  /**
   * Lets the connection go: the client is told to open no more calls here, what runs may finish
   * for `graceMs`. The number of the last call served is told only when the client has surely seen
   * the first word, so that no call of its is lost between the two. A connection without calls is
   * closed at once: Node reads nothing more of it behind a GOAWAY, and what the client sent
   * meanwhile is refused, so it may send it elsewhere.
   */
  retire(graceMs: number): void {
    if (this.#state === "retiring" || this.#state === "closed") return;
    this.#state = "retiring";
    this.#stopWaiting();
    this.#waits.after(graceMs, () => this.stop());
    if (this.#calls.size === 0 || this.#session.destroyed) {
      this.#session.close();
      return;
    }
    this.#session.goaway(constants.NGHTTP2_NO_ERROR, EVERY_STREAM);
    const isSent = this.#session.ping(() => this.#session.close());
    if (!isSent) this.#session.close();
  }

  /** Ends every call with UNAVAILABLE, and the connection with them. */
  stop(): void {
    if (this.#state === "closed") return;
    this.#state = "retiring";
    this.#stopWaiting();
    for (const call of this.#calls) call.stop("stopped", STOPPING);
    this.#waits.after(FLUSH_MS, () => this.destroy());
    this.#session.close();
  }

  /** Drops the connection where it stands. */
  destroy(): void {
    this.#session.destroy();
    // A session that was closed gently would wait for the client to shut its side too.
    this.#socket.destroy();
  }

  onOpened(call: ServerCall): void {
    this.#calls.add(call);
    this.#deps.metrics.callStarted(call.route);
  }

  onFinished(call: ServerCall, outcome: CallOutcome): void {
    this.#deps.metrics.callEnded(call.route, outcome, this.clock.monotonic() - call.startedMs);
  }

  onClosed(call: ServerCall): void {
    this.#calls.delete(call);
    if (this.#calls.size > 0) return;
    if (this.#state === "serving") this.#waitForNext();
    else if (this.#state === "retiring") this.#session.close();
  }

  onThrown(call: ServerCall, error: unknown): void {
    this.settings.log.error(
      { err: error, service: call.service, method: call.method, peer: this.peer.toString() },
      "a handler of a gRPC call threw",
    );
  }

  #onStream(
    stream: ServerHttp2Stream,
    headers: Parameters<typeof openStream>[2],
    raw: readonly string[],
  ): void {
    if (this.#isTooFast()) {
      this.#deps.metrics.refused("rate");
      stream.on("error", () => {});
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    this.#stopWaiting();
    if (this.#state === "handshake" || this.#state === "unused") this.#state = "serving";
    openStream(this, stream, headers, raw);
  }

  #isTooFast(): boolean {
    const nowMs = this.clock.monotonic();
    if (nowMs - this.#secondStartMs >= 1000) {
      this.#secondStartMs = nowMs;
      this.#secondStreams = 0;
    }
    this.#secondStreams += 1;
    return this.#secondStreams > this.limits.maxStreamsPerSecond;
  }

  #onHandshake(): void {
    if (this.#state !== "handshake") return;
    this.#state = "unused";
    this.#stopWaiting();
    this.#stopWaiting = this.#waits.after(this.limits.firstRequestTimeoutMs, () =>
      this.retire(FLUSH_MS),
    );
  }

  #waitForNext(): void {
    const { maxIdleMs, maxAgeGraceMs } = this.settings.times;
    this.#stopWaiting = this.#waits.after(maxIdleMs, () => this.retire(maxAgeGraceMs));
  }

  #keepAlive(): void {
    const { keepaliveIntervalMs, keepaliveTimeoutMs } = this.settings.times;
    this.#waits.after(keepaliveIntervalMs, () => {
      const stopWaiting = this.#waits.after(keepaliveTimeoutMs, () => this.destroy());
      if (this.#session.destroyed) return;
      const isSent = this.#session.ping(() => {
        stopWaiting();
        if (this.#state !== "closed") this.#keepAlive();
      });
      if (!isSent) this.destroy();
    });
  }

  #onError(error: Error): void {
    this.settings.log.debug({ err: error, peer: this.peer.toString() }, "a connection failed");
  }

  #onClosed(): void {
    this.#state = "closed";
    this.#waits.close();
    this.#deps.metrics.connectionClosed();
    this.#deps.onClosed(this);
  }
}

function sessionOptions(limits: ServerLimits): ServerOptions {
  return {
    maxSessionMemory: limits.sessionMemoryMb,
    maxHeaderListPairs: limits.maxHeaderListPairs,
    // With Node's own 64 KiB a longer text of a status ends its call with a reset.
    maxSendHeaderBlockLength: limits.maxHeaderListBytes,
    streamResetBurst: limits.maxResetsPerSecond,
    streamResetRate: limits.maxResetsPerSecond,
    // Repeated metadata is legal under any name.
    strictSingleValueFields: false,
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      initialWindowSize: limits.streamWindowBytes,
      maxHeaderListSize: limits.maxHeaderListBytes,
    },
  };
}
