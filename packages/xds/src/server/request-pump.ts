/** More messages than this wait only on a stream that is not read any further. */
const PAUSE_AT = 8;

/** What the pump needs of the transport. */
export interface PausablePort {
  pause(): void;
  resume(): void;
}

export interface RequestPumpOptions<Message> {
  readonly port: PausablePort;
  /** Treats one message. While a promise is out, the next one waits. */
  readonly handle: (message: Message) => void | Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Treats the messages of one stream one at a time and in order, at once where that is possible:
 * no promise is made for a message whose handler makes none.
 */
export class RequestPump<Message> {
  readonly #options: RequestPumpOptions<Message>;
  readonly #waiting: Message[] = [];
  #isBusy = false;
  #isPaused = false;
  #isClosed = false;

  constructor(options: RequestPumpOptions<Message>) {
    this.#options = options;
  }

  /** Holds every message back until `first` is done. */
  begin(first: () => void | Promise<void>): void {
    this.#run(first);
  }

  push(message: Message): void {
    if (this.#isClosed) return;
    if (!this.#isBusy) {
      this.#run(() => this.#options.handle(message));
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length < PAUSE_AT || this.#isPaused) return;
    this.#isPaused = true;
    this.#options.port.pause();
  }

  /** What waits is dropped, and what comes is not treated. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  #run(task: () => void | Promise<void>): void {
    try {
      const pending = task();
      if (pending === undefined) return;
      this.#isBusy = true;
      pending.then(
        () => this.#goOn(),
        (error: unknown) => this.#options.onFault(error),
      );
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #goOn(): void {
    this.#isBusy = false;
    while (!this.#isBusy && !this.#isClosed) {
      const message = this.#waiting.shift();
      if (message === undefined) break;
      this.#run(() => this.#options.handle(message));
    }
    if (this.#isBusy || !this.#isPaused || this.#isClosed) return;
    this.#isPaused = false;
    this.#options.port.resume();
  }
}
