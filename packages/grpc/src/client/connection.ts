import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  connect,
  constants,
} from "node:http2";
import type { Socket } from "node:net";
import type { DueTimers } from "../due-timers.ts";
import { holdSessionHandle } from "../hold-session-handle.ts";
import type { ChannelLimits, ChannelSettings } from "./channel-options.ts";
import { Waits } from "../waits.ts";

/** Who is told of what becomes of a connection. */
export interface ConnectionOwner {
  readonly settings: ChannelSettings;
  readonly timers: DueTimers;
  /** There is a connection, which is not ready yet. */
  onOpened(connection: Connection): void;
  /** The server's settings have come: calls may be opened. Once. */
  onReady(connection: Connection): void;
  /** A stream has ended, or the server allows more of them. */
  onRoom(): void;
  /** No more calls may be opened here; those that run go on. At most once. */
  onRetired(connection: Connection): void;
  /** Nothing is left of it. Once, behind `onRetired` if calls were possible. */
  onClosed(connection: Connection, cause: Error): void;
}

/**
 * `handshake`: the server's settings have not come. `serving`. `retiring`: no more calls, those
 * that run go on. `closed`.
 */
type State = "handshake" | "serving" | "retiring" | "closed";

/** What the last words of a connection are given to leave. */
const FLUSH_MS = 1_000;

/** One HTTP/2 connection to a server. */
export class Connection {
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #session: ClientHttp2Session;
  readonly #waits: Waits;
  #state: State = "handshake";
  #openStreams = 0;
  #maxStreams = 0;
  /** The highest stream that the server has looked at; undefined before GOAWAY. */
  #lastStreamId: number | undefined;
  #cause: Error | undefined;
  #hasAnswered = false;

  /** @param socket connected, its TLS handshake done */
  constructor(owner: ConnectionOwner, socket: Socket) {
    const { limits, tls } = owner.settings;
    this.#owner = owner;
    this.#socket = socket;
    this.#waits = new Waits(owner.timers);
    const scheme = tls === undefined ? "http" : "https";
    this.#session = connect(`${scheme}://connected`, {
      ...sessionOptions(limits),
      createConnection: () => socket,
    });
    holdSessionHandle(this.#session, socket);
    this.#session.setLocalWindowSize(limits.connectionWindowBytes);
    this.#session.on("remoteSettings", ({ maxConcurrentStreams }) =>
      this.#onSettings(maxConcurrentStreams),
    );
    this.#session.on("goaway", (code, lastStreamId) => this.#onGoaway(code, lastStreamId));
    this.#session.on("error", (error) => {
      this.#cause ??= error;
    });
    this.#session.on("close", () => this.#onClosed());
    // An alert of TLS behind the handshake leaves the session destroyed, but never closed (Node 24).
    socket.on("error", (error) => this.destroy(error));
    this.#keepAlive();
  }

  /** True once the server's settings have come. */
  get isReady(): boolean {
    return this.#state !== "handshake";
  }

  /** True when one more stream may be opened now. */
  get hasRoom(): boolean {
    // Node closes a session before it tells of the GOAWAY.
    const isOpen = this.#state === "serving" && !this.#session.closed && !this.isLost;
    return isOpen && this.#openStreams < this.#maxStreams;
  }

  get openStreams(): number {
    return this.#openStreams;
  }

  /** True once the server has answered a call: it is no address that only accepts. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** True when a stream that ends now ended with its connection. */
  get isLost(): boolean {
    return this.#session.destroyed || this.#socket.destroyed;
  }

  get cause(): Error {
    return this.#cause ?? new Error("the connection was closed");
  }

  /** True when the server has surely not looked at this stream: it may be sent again. */
  isUntouched(stream: ClientHttp2Stream): boolean {
    if (stream.rstCode === constants.NGHTTP2_REFUSED_STREAM || stream.id === undefined) return true;
    return this.#lastStreamId !== undefined && stream.id > this.#lastStreamId;
  }

  /** Opens a stream; only when there is room. @throws when Node sees a closed session first */
  open(headers: readonly string[]): ClientHttp2Stream {
    const stream = this.#session.request(headers, { endStream: false });
    this.#openStreams += 1;
    stream.once("response", () => {
      this.#hasAnswered = true;
    });
    stream.once("close", () => this.#onStreamClosed());
    return stream;
  }

  /** Takes no more calls, and closes when those that run have ended. */
  retire(): void {
    if (this.#state === "closed" || this.#state === "retiring") return;
    const wasServing = this.#state === "serving";
    this.#state = "retiring";
    if (wasServing) this.#owner.onRetired(this);
    if (this.#openStreams === 0) this.#closeGently();
  }

  /** Drops the connection where it stands. */
  destroy(cause?: Error): void {
    this.#cause ??= cause;
    this.#session.destroy();
    this.#socket.destroy();
  }

  #closeGently(): void {
    this.#session.close();
    // A session that was closed gently waits for the server to shut its side too.
    this.#waits.after(FLUSH_MS, () => this.destroy());
  }

  #onSettings(maxStreams: number | undefined): void {
    this.#maxStreams = maxStreams ?? Number.POSITIVE_INFINITY;
    if (this.#state === "handshake") {
      this.#state = "serving";
      this.#owner.onReady(this);
    } else {
      this.#owner.onRoom();
    }
  }

  #onGoaway(code: number, lastStreamId: number): void {
    this.#lastStreamId = lastStreamId;
    if (code !== constants.NGHTTP2_NO_ERROR) {
      this.#cause = new Error(`the server closed the connection with GOAWAY ${code}`);
    }
    this.retire();
  }

  #onStreamClosed(): void {
    this.#openStreams -= 1;
    if (this.#state === "retiring" && this.#openStreams === 0) this.#closeGently();
    else if (this.hasRoom) this.#owner.onRoom();
  }

  #keepAlive(): void {
    const { keepaliveIntervalMs, keepaliveTimeoutMs } = this.#owner.settings.times;
    this.#waits.after(keepaliveIntervalMs, () => {
      // A session that was destroyed in this very turn has streams still, and throws at a ping.
      if (this.isLost) return;
      if (this.#openStreams === 0) {
        this.#keepAlive();
        return;
      }
      const stopWaiting = this.#waits.after(keepaliveTimeoutMs, () =>
        this.destroy(new Error("the server did not answer a ping")),
      );
      const isSent = this.#session.ping(() => {
        stopWaiting();
        this.#keepAlive();
      });
      if (!isSent) this.destroy(new Error("a ping could not be sent"));
    });
  }

  #onClosed(): void {
    if (this.#state === "closed") return;
    const wasServing = this.#state === "serving";
    this.#state = "closed";
    this.#waits.close();
    this.#socket.destroy();
    if (wasServing) this.#owner.onRetired(this);
    this.#owner.onClosed(this, this.cause);
  }
}

/** Node's types know this option of servers alone. */
interface SessionOptions extends ClientSessionOptions {
  readonly strictSingleValueFields: boolean;
}

function sessionOptions(limits: ChannelLimits): SessionOptions {
  return {
    maxSessionMemory: limits.sessionMemoryMb,
    maxHeaderListPairs: limits.maxHeaderListPairs,
    // Node's own 64 KiB would not hold the names of some thousand nodes.
    maxSendHeaderBlockLength: limits.maxHeaderListBytes,
    // Repeated metadata is legal under any name.
    strictSingleValueFields: false,
    settings: {
      enablePush: false,
      initialWindowSize: limits.streamWindowBytes,
      maxHeaderListSize: limits.maxHeaderListBytes,
    },
  };
}
