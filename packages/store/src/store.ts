import type { Kind } from "./kind.ts";

/** One stored resource. `value` is deeply frozen, so readers and watchers share one object. */
export interface Resource<T = unknown> {
  readonly kind: string;
  readonly id: string;
  readonly value: T;
  /** Revision of the transaction that last wrote it; what `expected` compares with. */
  readonly revision: number;
  /** Revision of the transaction that created it. */
  readonly createdRevision: number;
}

/** Which resources of a kind are listed; without any member, all. */
export interface ListQuery<T> {
  /** Only resources whose declared index `name` holds `value`. */
  readonly index?: { readonly name: string; readonly value: string };
  /** Asked of each of those; what it refuses does not count for `limit`. */
  readonly filter?: (resource: Resource<T>) => boolean;
  /** Resume behind this id; the cursor of the page before. */
  readonly after?: string;
  /** At most this many; default all. */
  readonly limit?: number;
}

/** A part of a list, or all of it. */
export interface Page<T> {
  /** Sorted by id. */
  readonly items: readonly Resource<T>[];
  /** Give it as `after` for the next page; absent on the last one. */
  readonly next?: string;
  /** The revision that the page shows. */
  readonly revision: number;
}

/** Reads are synchronous: every replica holds the present view in memory. */
export interface Reader {
  /** @throws TypeError for a kind that the store was opened without */
  get<T>(kind: Kind<T>, id: string): Resource<T> | undefined;
  /** @throws TypeError for a kind that the store was opened without, or an index that it lacks */
  list<T>(kind: Kind<T>, query?: ListQuery<T>): Page<T>;
}

/**
 * What a transaction body sees: the state as it will be when it commits, its own writes included.
 * The body is synchronous and may run more than once, so it must have no effect of its own.
 */
export interface Transaction extends Reader {
  /** @throws Problem `already_exists` */
  create<T>(kind: Kind<T>, id: string, value: T): void;
  /**
   * @param expected the revision that the writer read; omitted: whatever is there
   * @throws Problem `not_found`, `precondition_failed`
   */
  update<T>(kind: Kind<T>, id: string, value: T, expected?: number): void;
  /** @throws Problem `not_found`, `precondition_failed` */
  delete(kind: Kind<never>, id: string, expected?: number): void;
}

/** A transaction that is durable. */
export interface Committed<R> {
  /** The transaction's own revision; the present one when it wrote nothing. */
  readonly revision: number;
  readonly result: R;
}

/** What a commit did to one resource. */
export type Change<T = unknown> =
  | { readonly type: "created"; readonly resource: Resource<T> }
  | { readonly type: "updated"; readonly resource: Resource<T>; readonly previous: Resource<T> }
  | { readonly type: "deleted"; readonly previous: Resource<T>; readonly revision: number };

/** A commit holds every change of one revision that the watch asked for; it is never split. */
export type WatchEvent =
  | { readonly type: "commit"; readonly revision: number; readonly changes: readonly Change[] }
  /**
   * Nothing of interest up to this revision: a place to resume from. The first one of a watch says
   * that it has caught up; later ones come now and then while other kinds change.
   */
  | { readonly type: "bookmark"; readonly revision: number };

/** What a watch is told of, and from when on. */
export interface WatchOptions {
  /** Kinds to watch; default all. */
  readonly kinds?: readonly Kind<never>[];
  /** Send what was committed after this revision; one that is still to come is waited for. */
  readonly from: number;
  /** Events the reader may be behind before it is cut off; default 4096. */
  readonly capacity?: number;
  /** Ends the watch. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Committed transactions in order, ending when `signal` aborts or the reader leaves the loop.
 *
 * Iterating throws Problem `revision_compacted` when `from` is no longer kept (list again),
 * `reader_too_slow` when the reader fell behind (resume from the last revision that it saw), and
 * `unavailable` when the store is closed. Each iteration of the watch begins at `from` anew.
 */
export type Watch = AsyncIterable<WatchEvent>;

/** How large a store is now. */
export interface StoreStats {
  /** The last committed one. */
  readonly revision: number;
  /** History is forgotten up to this one: a watch can begin at it, not before. */
  readonly compactedRevision: number;
  /** Of all kinds, in the present view. */
  readonly resources: number;
  /** Watches that are up to date; those that still read history do not count. */
  readonly watchers: number;
  /** Of what the backend keeps on disk. */
  readonly sizeBytes: number;
}

/**
 * A revisioned resource store: a small core that every backend implements. What can be derived is
 * in `write-resource.ts` and `wait-for-resource.ts`; what it promises is checked by `conformance/`.
 */
export interface Store extends Reader {
  /** The last committed revision that reads show. */
  readonly revision: number;
  /**
   * Runs `body` against the latest state and commits its writes as one revision. Resolves when
   * the commit is durable and reads show it; rejects with whatever `body` threw, or with Problem
   * `store_full` or `store_unavailable`, and then nothing of it was kept.
   */
  transact<R>(
    body: (tx: Transaction) => R,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Committed<R>>;
  watch(options: WatchOptions): Watch;
  /** Resolves when reads show at least `revision`: the promise behind read-your-writes. */
  caughtUp(revision: number, options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** Forgets the history up to `revision`; the present view is untouched. */
  compact(revision: number): Promise<void>;
  stats(): StoreStats;
  /**
   * Resolves when the store answers and, as far as it knows, keeps what is written: for whoever
   * decides whether to send it work. A write that was not kept counts against it for a while, or
   * until another one is kept.
   *
   * @throws Problem what is wrong
   */
  check(): Promise<void>;
  /** Finishes what is in flight, then lets go of the file. */
  close(): Promise<void>;
}
