import type { Cache, LeaseHolder, TableLease, TableRequest } from "../cache/cache.ts";
import type { Interest, InterestChange } from "../subscription/interest.ts";
import type { Node } from "../wire/node.ts";
import type { ResourceTable, TableWatch, TableWatcher } from "../table/resource-table.ts";
import { watchInterest } from "./watch-interest.ts";

export interface TableFeedOptions {
  readonly cache: Cache;
  readonly request: TableRequest;
  /** Something changed. Called within commits: notes it and returns. */
  readonly onChange: () => void;
}

/**
 * The table behind one type of one stream: holds the lease, keeps the watch in step with the
 * interest, and gathers the names that changed until the stream gets round to them.
 */
export class TableFeed implements TableWatcher, LeaseHolder {
  readonly #options: TableFeedOptions;
  /** Watched names that changed and were not looked at yet. */
  readonly changed: Set<string> = new Set();
  #request: TableRequest;
  #lease: TableLease | undefined;
  #watch: TableWatch | undefined;
  #isStateChanged = false;
  #isMoved = false;
  #isClosed = false;

  constructor(options: TableFeedOptions) {
    this.#options = options;
    this.#request = options.request;
    this.#lease = this.#take();
    this.#watch = this.#lease?.table.watch(this);
  }

  /** Undefined when the cache does not serve the type. */
  get table(): ResourceTable | undefined {
    return this.#lease?.table;
  }

  /** The names of the interest were changed by a request. */
  follow(interest: Interest, change: InterestChange): void {
    const watch = this.#watch;
    if (watch === undefined) return;
    for (const name of change.dropped) watch.removeName(name);
    for (const name of change.asked) if (interest.names.has(name)) watch.addName(name);
    if (change.wildcard !== "same") watch.setWildcard(interest.isWildcard);
    if (change.dropped.length + change.asked.length > 0) watch.setDirectories(interest.directories);
  }

  /** True when the table became known or unknown or got another version since the last call. */
  takeStateChange(): boolean {
    const isChanged = this.#isStateChanged;
    this.#isStateChanged = false;
    return isChanged;
  }

  /** The client says other things of itself now, and may be of another group. */
  nodeChanged(node: Node): void {
    this.#request = { ...this.#request, node };
    this.leaseMoved();
  }

  /** Takes up the table of the node's new group, if it moved. */
  renew(interest: Interest): void {
    if (!this.#isMoved || this.#isClosed) return;
    this.#isMoved = false;
    const before = this.#lease;
    this.#lease = this.#take();
    const isSame = this.#lease?.table === before?.table;
    if (!isSame) this.#watch?.close();
    before?.release();
    if (isSame) return;
    this.changed.clear();
    this.#isStateChanged = true;
    this.#watch = this.#lease && watchInterest(this.#lease.table, this, interest);
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#lease?.release();
    this.changed.clear();
  }

  resourceChanged(name: string): void {
    this.changed.add(name);
    this.#options.onChange();
  }

  tableChanged(): void {
    this.#options.onChange();
  }

  stateChanged(): void {
    this.#isStateChanged = true;
    this.#options.onChange();
  }

  leaseMoved(): void {
    this.#isMoved = true;
    this.#options.onChange();
  }

  #take(): TableLease | undefined {
    return this.#options.cache.lease(this.#request, this);
  }
}
