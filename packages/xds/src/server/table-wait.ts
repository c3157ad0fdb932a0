import type { Clock } from "@signalbox/base";
import type { Cache, LeaseHolder, TableLease, TableRequest } from "../cache/cache.ts";
import { watchInterest } from "../stream/watch-interest.ts";
import { Interest } from "../subscription/interest.ts";
import type { ResourceTable, TableWatch, TableWatcher } from "../table/resource-table.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { SotwRequest } from "../wire/sotw-request.ts";

/** How long to wait. */
export interface WaitOptions {
  readonly clock: Clock;
  readonly leftMs: number;
  /** Ends the wait early. */
  readonly signal: AbortSignal;
}

/** The table that answers one request, and the wait for its next change. */
export class TableWait implements LeaseHolder, TableWatcher {
  readonly #cache: Cache;
  readonly #request: TableRequest;
  readonly #names: readonly string[];
  #lease: TableLease | undefined;
  #watch: TableWatch | undefined;
  #isMoved = false;
  #isChanged = false;
  #wake: (() => void) | undefined;

  constructor(cache: Cache, { node = UNKNOWN_NODE, typeUrl, resourceNames }: SotwRequest) {
    this.#cache = cache;
    this.#request = { node, typeUrl };
    this.#names = resourceNames;
    this.#lease = cache.lease(this.#request, this);
  }

  /** Undefined when no cache serves the type. */
  get table(): ResourceTable | undefined {
    return this.#lease?.table;
  }

  /** Resolves when what was asked for may have changed, or the time is over. */
  async change({ clock, leftMs, signal }: WaitOptions): Promise<void> {
    this.#watch ??= this.#open();
    if (!this.#isChanged) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = clock.after(leftMs, resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
      this.#wake = resolve;
      await promise;
      cancel();
    }
    this.#isChanged = false;
    if (this.#isMoved) this.#move();
  }

  /** Idempotent. */
  close(): void {
    this.#watch?.close();
    this.#lease?.release();
    this.#watch = undefined;
    this.#lease = undefined;
  }

  leaseMoved(): void {
    this.#isMoved = true;
    this.#changed();
  }

  resourceChanged(): void {
    this.#changed();
  }

  tableChanged(): void {
    this.#changed();
  }

  stateChanged(): void {
    this.#changed();
  }

  /** Called within commits of caches: what waits goes on behind them. */
  #changed(): void {
    this.#isChanged = true;
    this.#wake?.();
  }

  #move(): void {
    this.#isMoved = false;
    this.close();
    this.#lease = this.#cache.lease(this.#request, this);
  }

  #open(): TableWatch | undefined {
    return this.#lease && watchInterest(this.#lease.table, this, Interest.once(this.#names));
  }
}
