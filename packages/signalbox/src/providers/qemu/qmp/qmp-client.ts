import type { Socket } from "node:net";
import { CANCELLED, type Clock, Problem } from "@signalbox/base";
import { connectUnixSocket } from "../process/connect-unix-socket.ts";
import { LineSplitter } from "./line-splitter.ts";
import { QmpError } from "./qmp-error.ts";
import { parseQmpMessage, type QmpEvent, type QmpMessage } from "./qmp-message.ts";

export interface QmpClientOptions {
  readonly clock: Clock;
  /** How long QEMU may take to answer one command. Default 10 s. */
  readonly timeoutMs?: number;
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  /** Default: the client's. */
  readonly timeoutMs?: number;
}

interface Pending {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The longest answers list block devices; they stay far below. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const MAX_PENDING = 64;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * One connection to QEMU's control socket (QMP, docs/interop/qmp-spec of QEMU).
 *
 * QEMU serves one client at a time: a second connection waits until the first is closed, and so
 * its greeting times out. Whatever cannot be parsed closes the connection.
 */
export class QmpClient {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);
  readonly #pending = new Map<number, Pending>();
  readonly #eventListeners = new Set<(event: QmpEvent) => void>();
  readonly #closeListeners = new Set<() => void>();
  readonly #greeting = Promise.withResolvers<string>();
  #nextId = 1;
  #closed = false;

  private constructor(socket: Socket, { clock, timeoutMs }: QmpClientOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#greeting.promise.catch(() => {});
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", () => this.close());
    socket.on("close", () => this.close());
  }

  /**
   * Connects to the socket `name` in `directory` and leaves the greeting behind.
   *
   * @throws Problem `provider_unavailable`, or the signal's reason
   */
  static async connect(
    directory: string,
    name: string,
    options: QmpClientOptions & { readonly signal: AbortSignal },
  ): Promise<QmpClient> {
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const socket = await connectUnixSocket(directory, name, { ...options, timeoutMs });
    const client = new QmpClient(socket, options);
    try {
      await client.#settle(client.#greeting, "greeting", { signal: options.signal });
      await client.execute("qmp_capabilities", {}, { signal: options.signal });
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends a command and answers what QEMU returns, for the caller to check.
   *
   * @throws QmpError when QEMU refuses; Problem `provider_unavailable` when it does not answer
   */
  async execute(
    command: string,
    args: Readonly<Record<string, unknown>> = {},
    options: ExecuteOptions = {},
  ): Promise<unknown> {
    options.signal?.throwIfAborted();
    if (this.#closed) throw unreachable(command);
    if (this.#pending.size >= MAX_PENDING) throw unreachable(`${command}: too many commands wait`);
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, { command, ...answer });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    try {
      return await this.#settle(answer, command, options);
    } finally {
      this.#pending.delete(id);
    }
  }

  /** Runs a command of the human monitor, for what QMP lacks, and answers its text. */
  async monitor(commandLine: string, options: ExecuteOptions = {}): Promise<string> {
    const args = { "command-line": commandLine };
    const text = await this.execute("human-monitor-command", args, options);
    return typeof text === "string" ? text.trim() : "";
  }

  /** Calls the listener for every event until the answer is called. */
  onEvent(listener: (event: QmpEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => void this.#eventListeners.delete(listener);
  }

  /** Calls the listener once when the connection ends, at once when it has ended. */
  onClose(listener: () => void): () => void {
    if (this.#closed) listener();
    else this.#closeListeners.add(listener);
    return () => void this.#closeListeners.delete(listener);
  }

  /** Ends the connection; the machine goes on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.#greeting.reject(unreachable("greeting"));
    for (const { command, reject } of this.#pending.values()) reject(unreachable(command));
    this.#pending.clear();
    for (const listener of this.#closeListeners) listener();
    this.#closeListeners.clear();
    this.#eventListeners.clear();
  }

  /** Waits for an answer, but no longer than the time limit and the signal allow. */
  async #settle<T>(
    answer: PromiseWithResolvers<T>,
    what: string,
    { signal, timeoutMs = this.#timeoutMs }: ExecuteOptions,
  ): Promise<T> {
    const onAbort = (): void => answer.reject(signal?.reason ?? CANCELLED);
    const cancelTimer = this.#clock.after(timeoutMs, () => answer.reject(unreachable(what)));
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await answer.promise;
    } finally {
      cancelTimer();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #receive(chunk: Buffer): void {
    const lines = this.#splitter.push(chunk);
    if (!lines.ok) return this.close();
    for (const line of lines.value) {
      const message = parseQmpMessage(line);
      if (!message.ok) return this.close();
      this.#dispatch(message.value);
    }
  }

  #dispatch(message: QmpMessage): void {
    switch (message.type) {
      case "greeting":
        return this.#greeting.resolve(message.version);
      case "event":
        for (const listener of this.#eventListeners) listener(message.event);
        return;
      case "return":
        return this.#pending.get(message.id ?? 0)?.resolve(message.value);
      case "error": {
        const pending = this.#pending.get(message.id ?? 0);
        pending?.reject(new QmpError(pending.command, message.errorClass, message.description));
        return;
      }
    }
  }
}

function unreachable(what: string): Problem {
  return new Problem("provider_unavailable", "the machine's process does not answer", {
    cause: new Error(`QMP: no answer to ${what}`),
  });
}
