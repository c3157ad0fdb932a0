/**
 * Fetches a resource that a client asked for and the table does not hold: it puts the resource into
 * the cache, or does not. When its promise settles the name is answered as what it is then; until
 * then the client hears nothing of it.
 */
export type MissingLoader = (name: string) => Promise<void> | void;

export interface MissingNamesOptions {
  readonly load: MissingLoader;
  /** The loader is done with the name, whatever came of it. */
  readonly settled: (name: string) => void;
  readonly failed: (name: string, error: unknown) => void;
}

/** Names that a loader is looking for. Each is looked for once at a time. */
export class MissingNames {
  readonly #options: MissingNamesOptions;
  readonly #pending = new Set<string>();

  constructor(options: MissingNamesOptions) {
    this.#options = options;
  }

  has(name: string): boolean {
    return this.#pending.has(name);
  }

  /** Starts after the present work: the loader writes to caches, which nobody expects here. */
  request(name: string): void {
    if (this.#pending.has(name)) return;
    this.#pending.add(name);
    void this.#run(name);
  }

  async #run(name: string): Promise<void> {
    await Promise.resolve();
    try {
      await this.#options.load(name);
    } catch (error) {
      this.#options.failed(name, error);
    }
    this.#pending.delete(name);
    this.#options.settled(name);
  }
}
