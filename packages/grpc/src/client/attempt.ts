import type { Socket } from "node:net";
import { Connection, type ConnectionOwner } from "./connection.ts";
import { dial } from "./dial.ts";
import type { TargetAddress } from "./target-address.ts";
import { Waits } from "../waits.ts";

export interface AttemptOptions {
  readonly target: TargetAddress;
  /** Whose connection it becomes. */
  readonly owner: ConnectionOwner;
  /** For address, TCP, TLS and the server's settings together. */
  readonly budgetMs: number;
  /** No connection came of it. Not called after `end`. */
  readonly onFailed: (error: Error) => void;
}

const OVER = new Error("the attempt is over");

/**
 * One try to connect. It ends when the server's settings have come, which the connection tells its
 * owner, or when it failed.
 */
export class Attempt {
  readonly #options: AttemptOptions;
  readonly #dialling = new AbortController();
  readonly #waits: Waits;
  #connection: Connection | undefined;
  #isOver = false;

  constructor(options: AttemptOptions) {
    const { owner, target, budgetMs } = options;
    this.#options = options;
    this.#waits = new Waits(owner.timers);
    this.#waits.after(budgetMs, () => this.fail(new Error(`no connection in ${budgetMs} ms`)));
    dial(target, owner.settings, this.#dialling.signal).then(
      (socket) => this.#onSocket(socket),
      (error: unknown) => this.fail(error),
    );
  }

  /** The attempt is wanted no more: a connection that is not ready by now is dropped. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waits.close();
    this.#dialling.abort(OVER);
    if (this.#connection?.isReady === false) this.#connection.destroy();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.end();
    this.#options.onFailed(error instanceof Error ? error : new Error(String(error)));
  }

  /** A connection has gone: if it was this attempt's, the attempt failed. */
  onClosed(connection: Connection, cause: Error): void {
    if (connection === this.#connection) this.fail(cause);
  }

  #onSocket(socket: Socket): void {
    if (this.#isOver || socket.destroyed) {
      socket.on("error", () => {});
      socket.destroy();
      this.fail(new Error("the connection was closed"));
      return;
    }
    this.#connection = new Connection(this.#options.owner, socket);
    this.#options.owner.onOpened(this.#connection);
  }
}
