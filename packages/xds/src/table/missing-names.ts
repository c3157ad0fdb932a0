import { GrpcError } from "@signalbox/grpc";
import type { StatusDetail } from "../wire/status-detail.ts";

/**
 * Fetches a resource that a client asked for and the table does not hold: it puts the resource into
 * the cache, or does not. When its promise settles the name is answered as what it is then; until
 * then the client hears nothing of it.
 *
 * What it throws is told to clients of types with `reportsErrors`: the code and text of a
 * `GrpcError` or `Problem`, of others no more than that it was unexpected.
 */
export type MissingLoader = (name: string) => Promise<void> | void;

export interface MissingNamesOptions {
  readonly load: MissingLoader;
  /** The loader is done with the name, whatever came of it. */
  readonly settled: (name: string) => void;
  /** Whether anybody still asks for the name: else its failure is not kept. */
  readonly isWanted: (name: string) => boolean;
  readonly failed: (name: string, error: unknown) => void;
}

/** Names that a loader is looking for. Each is looked for once at a time. */
export class MissingNames {
  readonly #options: MissingNamesOptions;
  readonly #pending = new Set<string>();
  readonly #failures = new Map<string, StatusDetail>();

  constructor(options: MissingNamesOptions) {
    this.#options = options;
  }

  has(name: string): boolean {
    return this.#pending.has(name);
  }

  /** Why the last search for the name failed; undefined when it did not. */
  failureOf(name: string): StatusDetail | undefined {
    return this.#failures.get(name);
  }

  /** The name is there now, or nobody asks for it any more. */
  forgetFailure(name: string): void {
    this.#failures.delete(name);
  }

  /** Starts after the present work: the loader writes to caches, which nobody expects here. */
  request(name: string): void {
    if (this.#pending.has(name)) return;
    this.#pending.add(name);
    void this.#run(name);
  }

  async #run(name: string): Promise<void> {
    await Promise.resolve();
    const { load, isWanted, failed } = this.#options;
    this.#failures.delete(name);
    try {
      await load(name);
    } catch (error) {
      failed(name, error);
      const { code, message } = GrpcError.from(error);
      if (isWanted(name)) this.#failures.set(name, { code, message });
    }
    this.#pending.delete(name);
    this.#options.settled(name);
  }
}
