import type { Clock } from "@signalbox/base";
import { DueTimers } from "../due-timers.ts";
import { type GrpcStatus, status } from "../grpc-status.ts";
import { STATUS } from "../status.ts";
import { Attempt } from "./attempt.ts";
import { Backoff } from "./backoff.ts";
import {
  type ChannelOptions,
  type ChannelSettings,
  resolveChannelSettings,
} from "./channel-options.ts";
import type { ChannelState, StateRecord } from "./channel-state.ts";
import { type CallOwner, ClientCall } from "./client-call.ts";
import type { Connection, ConnectionOwner } from "./connection.ts";
import type { OpenOptions, RawClientCall, RawClientListener } from "./raw-client-call.ts";
import { authorityOf, parseTarget, type TargetAddress } from "./target-address.ts";
import { Waits } from "../waits.ts";

const CLOSING: GrpcStatus = status(STATUS.CANCELLED, "grpc: the client connection is closing");

/** Connections in a row that ended before the server answered any call, until one counts as failed. */
const MAX_FRUITLESS = 1;

const IDLE: StateRecord = { name: "IDLE", leave: () => {} };
const SHUTDOWN: StateRecord = { name: "SHUTDOWN", leave: () => {} };

/**
 * Calls to one server over a connection that is made when the first call wants it, made anew when
 * it is lost, and let go when no call has wanted it for long (node-api §2.4):
 *
 * ```
 * IDLE ──call──▶ CONNECTING ──settings──▶ READY ──lost, GOAWAY, no calls for long──▶ IDLE
 *                  ▲    └──failed──▶ TRANSIENT_FAILURE ──delay──┐
 *                  └────────────────────────────────────────────┘      close ──▶ SHUTDOWN
 * ```
 *
 * While it is connecting, calls wait; in TRANSIENT_FAILURE they fail at once, unless they wait for
 * READY. Environment variables for proxies are never looked at.
 */
export class Channel {
  readonly #target: TargetAddress;
  readonly #settings: ChannelSettings;
  readonly #timers: DueTimers;
  readonly #waits: Waits;
  readonly #backoff: Backoff;
  readonly #calls = new Set<ClientCall>();
  /** Calls without a stream, in the order in which they came. */
  readonly #waiting = new Set<ClientCall>();
  /** Every connection that is not closed: the current one, and those that only finish their calls. */
  readonly #connections = new Set<Connection>();
  readonly #connectionOwner: ConnectionOwner;
  readonly #callOwner: CallOwner;
  #state: StateRecord = IDLE;
  #fruitless = 0;
  #stopIdling: () => void = () => {};
  #stopGrace: () => void = () => {};
  #closed: PromiseWithResolvers<void> | undefined;

  /** @throws RangeError when `target` is no address, or a number of the options is not positive */
  constructor(target: string, options: ChannelOptions = {}) {
    const address = parseTarget(target);
    if (!address.ok) throw new RangeError(address.error);
    const settings = resolveChannelSettings(options);
    const { times, clock, random } = settings;
    const timers = new DueTimers(clock);
    this.#target = address.value;
    this.#settings = settings;
    this.#timers = timers;
    this.#waits = new Waits(timers);
    this.#backoff = new Backoff({ baseMs: times.backoffBaseMs, maxMs: times.backoffMaxMs }, random);
    this.#connectionOwner = {
      settings,
      timers,
      onOpened: (connection) => this.#connections.add(connection),
      onReady: (connection) => this.#onReady(connection),
      onRoom: () => this.#serve(),
      onRetired: (connection) => this.#onRetired(connection),
      onClosed: (connection, cause) => this.#onConnectionClosed(connection, cause),
    };
    this.#callOwner = {
      settings,
      timers,
      authority: settings.authority ?? authorityOf(address.value),
      onRefused: (call) => this.#place(call),
      onFinished: (call) => this.#onFinished(call),
    };
  }

  get state(): ChannelState {
    return this.#closed === undefined ? this.#state.name : "SHUTDOWN";
  }

  /** What deadlines are measured on. */
  get clock(): Clock {
    return this.#settings.clock;
  }

  /** Calls that wait or run. */
  get calls(): number {
    return this.#calls.size;
  }

  /** Connections that are not closed, those that only finish their calls too. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Streams on all of them. */
  get streams(): number {
    let sum = 0;
    for (const { openStreams } of this.#connections) sum += openStreams;
    return sum;
  }

  /** Deadlines and delays that wait; a leak check for teardowns. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Connects, if nothing has asked for it yet, without a call. */
  connect(): void {
    if (this.#state.name !== "IDLE" || this.#closed !== undefined) return;
    this.#startAttempt();
    if (this.#calls.size === 0) this.#idleSoon();
  }

  /**
   * Opens a call. Whatever goes wrong is told to the listener, never thrown.
   *
   * @param path `/package.Service/Method`
   */
  open(path: string, options: OpenOptions, listener: RawClientListener): RawClientCall {
    const call = new ClientCall(this.#callOwner, path, options, listener);
    this.#calls.add(call);
    this.#stopIdling();
    if (this.#closed === undefined) call.begin();
    else call.stop(CLOSING);
    this.#place(call);
    return call;
  }

  /**
   * Takes no more calls and lets those that are there end; resolves when nothing is left. Calls
   * that still run when the grace is over are ended.
   *
   * @param graceMs default: the channel's `closeGraceMs`
   */
  close(graceMs: number = this.#settings.times.closeGraceMs): Promise<void> {
    const closed = this.#beginClosing();
    this.#stopGrace();
    this.#stopGrace = this.#waits.after(graceMs, () => this.destroy());
    this.#advanceClosing();
    return closed;
  }

  /** Ends every call with CANCELLED, and drops the connections with them. */
  destroy(): void {
    void this.#beginClosing();
    this.#setState(SHUTDOWN);
    for (const call of this.#calls) call.stop(CLOSING);
    for (const connection of this.#connections) connection.destroy();
    this.#advanceClosing();
  }

  #place(call: ClientCall): void {
    if (call.isEnded) return;
    this.#waiting.add(call);
    this.#serve();
  }

  /** Does for the waiting calls what the state allows. */
  #serve(): void {
    switch (this.#state.name) {
      case "IDLE":
        if (this.#waiting.size > 0) this.#startAttempt();
        return;
      case "CONNECTING":
        return;
      case "READY":
        this.#run(this.#state.connection);
        return;
      case "TRANSIENT_FAILURE":
        this.#failWaiting(this.#state.error, false);
        return;
      case "SHUTDOWN":
        this.#failWaiting(CLOSING, true);
    }
  }

  #run(connection: Connection): void {
    for (const call of this.#waiting) {
      if (!connection.hasRoom) return;
      this.#waiting.delete(call);
      try {
        call.run(connection);
      } catch (error) {
        this.#settings.log.error({ err: error, path: call.path }, "a gRPC call cannot be sent");
        call.stop(status(STATUS.INTERNAL, "the call cannot be sent"));
      }
    }
  }

  #failWaiting(error: GrpcStatus, isFinal: boolean): void {
    for (const call of this.#waiting) {
      if (!isFinal && call.waitsForReady) continue;
      this.#waiting.delete(call);
      call.stop(error);
    }
  }

  #setState(next: StateRecord): void {
    const last = this.#state;
    if (last === next || last === SHUTDOWN) return;
    this.#state = next;
    last.leave();
    if (this.#closed === undefined) this.#settings.onState(next.name);
    this.#serve();
    this.#advanceClosing();
  }

  #startAttempt(): void {
    const delayMs = this.#backoff.next();
    const attempt = new Attempt({
      target: this.#target,
      owner: this.#connectionOwner,
      budgetMs: Math.max(this.#settings.times.minConnectTimeoutMs, delayMs),
      onFailed: (error) => this.#onFailed(error, delayMs),
    });
    this.#setState({ name: "CONNECTING", attempt, leave: () => attempt.end() });
  }

  #onFailed(cause: Error, delayMs: number): void {
    const error = status(STATUS.UNAVAILABLE, `connection error: desc = "${cause.message}"`);
    this.#settings.log.debug({ err: cause }, "a gRPC channel could not connect");
    const leave = this.#waits.after(delayMs, () => this.#startAttempt());
    this.#setState({ name: "TRANSIENT_FAILURE", error, leave });
  }

  #onReady(connection: Connection): void {
    this.#backoff.reset();
    this.#setState({ name: "READY", connection, leave: () => connection.retire() });
  }

  /** The connection takes no more calls. One that never answered anything is not replaced for ever. */
  #onRetired(connection: Connection): void {
    if (this.#state.name !== "READY" || this.#state.connection !== connection) return;
    this.#fruitless = connection.hasAnswered ? 0 : this.#fruitless + 1;
    if (this.#waiting.size > 0 && this.#fruitless > MAX_FRUITLESS) {
      this.#onFailed(connection.cause, this.#backoff.next());
    } else {
      this.#setState(IDLE);
    }
  }

  #onConnectionClosed(connection: Connection, cause: Error): void {
    this.#connections.delete(connection);
    if (this.#state.name === "CONNECTING") this.#state.attempt.onClosed(connection, cause);
    this.#advanceClosing();
  }

  #onFinished(call: ClientCall): void {
    this.#calls.delete(call);
    this.#waiting.delete(call);
    if (this.#calls.size === 0) this.#idleSoon();
    this.#advanceClosing();
  }

  #idleSoon(): void {
    this.#stopIdling();
    if (this.#state === SHUTDOWN || this.#closed !== undefined) return;
    const { idleTimeoutMs } = this.#settings.times;
    this.#stopIdling = this.#waits.after(idleTimeoutMs, () => this.#setState(IDLE));
  }

  #beginClosing(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      this.#stopIdling();
      this.#settings.onState("SHUTDOWN");
    }
    return this.#closed.promise;
  }

  /**
   * Goes as far towards the end as the calls allow: those that wait keep the channel connecting,
   * unless it cannot; those that run keep their connection alone.
   */
  #advanceClosing(): void {
    if (this.#closed === undefined) return;
    if (this.#state.name === "TRANSIENT_FAILURE") this.#failWaiting(CLOSING, true);
    if (this.#waiting.size === 0) this.#setState(SHUTDOWN);
    if (this.#calls.size > 0 || this.#connections.size > 0) return;
    this.#waits.close();
    this.#timers.close();
    this.#closed.resolve();
  }
}
