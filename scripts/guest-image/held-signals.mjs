const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Keeps signals from ending the process before it has cleared away what it began. A program that
 * runs meanwhile gets a Ctrl-C of its own.
 */
export class HeldSignals {
  /** @type {NodeJS.Signals | undefined} */
  #first;

  constructor() {
    for (const name of SIGNALS) {
      process.on(name, () => {
        this.#first ??= name;
      });
    }
  }

  /** The first signal that came; while work is synchronous none is heard of. */
  async first() {
    await new Promise((resolve) => void setImmediate(resolve));
    return this.#first;
  }

  /** Ends the process by the signal that came, as who waits for it expects; else returns. */
  async obey() {
    const signal = await this.first();
    if (signal === undefined) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
}
