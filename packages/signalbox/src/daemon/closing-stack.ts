import type { Clock, Log } from "@signalbox/base";

/** One thing to let go of at shutdown. */
export interface Closer {
  readonly name: string;
  readonly close: () => void | Promise<void>;
}

/**
 * What has been started, to be stopped in the reverse order. A part that fails to close, or takes
 * longer than its share, is logged and does not keep the others from closing.
 */
export class ClosingStack {
  readonly #closers: Closer[] = [];
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(deps: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  add(name: string, close: Closer["close"]): void {
    this.#closers.push({ name, close });
  }

  /** What is open, in the order of its start. */
  names(): readonly string[] {
    return this.#closers.map(({ name }) => name);
  }

  /** @param graceMs how long one part may take */
  async closeAll(graceMs: number): Promise<void> {
    for (let closer = this.#closers.pop(); closer !== undefined; closer = this.#closers.pop()) {
      await this.#close(closer, graceMs);
    }
  }

  async #close({ name, close }: Closer, graceMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<"late">();
    const cancel = this.#clock.after(graceMs, () => resolve("late"));
    try {
      const closed = Promise.resolve(close()).then(() => "closed" as const);
      if ((await Promise.race([closed, late])) === "late") {
        this.#log.warn({ part: name, graceMs }, "a part did not close in time");
      }
    } catch (error) {
      this.#log.error({ part: name, err: error }, "a part failed to close");
    } finally {
      cancel();
    }
  }
}
