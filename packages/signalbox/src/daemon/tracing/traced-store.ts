import { context, isSpanContextValid, type SpanContext, trace } from "@opentelemetry/api";
import type {
  Committed,
  Kind,
  ListQuery,
  Page,
  Resource,
  Store,
  StoreStats,
  Transaction,
  Watch,
  WatchOptions,
} from "@signalbox/store";
import { isReconciling } from "./reconciling.ts";
import type { TraceOrigins } from "./trace-origins.ts";

/** A store that notes which trace asked for each change. What reconcilers write is not asked for. */
export class TracedStore implements Store {
  readonly #store: Store;
  readonly #origins: TraceOrigins;

  constructor(store: Store, origins: TraceOrigins) {
    this.#store = store;
    this.#origins = origins;
  }

  get revision(): number {
    return this.#store.revision;
  }

  get<T>(kind: Kind<T>, id: string): Resource<T> | undefined {
    return this.#store.get(kind, id);
  }

  list<T>(kind: Kind<T>, query?: ListQuery<T>): Page<T> {
    return this.#store.list(kind, query);
  }

  transact<R>(
    body: (tx: Transaction) => R,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Committed<R>> {
    const asker = askingSpan();
    if (asker === undefined) return this.#store.transact(body, options);
    const note = (kind: string, id: string): void => this.#origins.note(kind, id, asker);
    return this.#store.transact((tx) => body(noting(tx, note)), options);
  }

  watch(options: WatchOptions): Watch {
    return this.#store.watch(options);
  }

  caughtUp(revision: number, options?: { signal?: AbortSignal | undefined }): Promise<void> {
    return this.#store.caughtUp(revision, options);
  }

  compact(revision: number): Promise<void> {
    return this.#store.compact(revision);
  }

  stats(): StoreStats {
    return this.#store.stats();
  }

  check(): Promise<void> {
    return this.#store.check();
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** The span under way, unless a reconciler's. */
function askingSpan(): SpanContext | undefined {
  const active = context.active();
  const span = isReconciling(active) ? undefined : trace.getSpanContext(active);
  return span !== undefined && isSpanContextValid(span) ? span : undefined;
}

/** Noted before the commit: reconcilers may be at work before its caller hears of it. */
function noting(tx: Transaction, note: (kind: string, id: string) => void): Transaction {
  return {
    get: (kind, id) => tx.get(kind, id),
    list: (kind, query) => tx.list(kind, query),
    create: (kind, id, value) => {
      tx.create(kind, id, value);
      note(kind.name, id);
    },
    update: (kind, id, value, expected) => {
      tx.update(kind, id, value, expected);
      note(kind.name, id);
    },
    delete: (kind, id, expected) => {
      tx.delete(kind, id, expected);
      note(kind.name, id);
    },
  };
}
