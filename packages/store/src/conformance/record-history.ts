import { Problem, type Random } from "@signalbox/base";
import type { Kind } from "../kind.ts";
import type { Change, Resource, Store, Transaction, WatchEvent } from "../store.ts";
import { GADGET, WIDGET } from "./harness.ts";
import {
  type History,
  type RecordedChange,
  type RecordedCommit,
  type RecordedEvent,
  type RecordedWatch,
  recordChange,
} from "./history.ts";

/** How many work on the store at once, and on how little. */
export interface WorkloadOptions {
  readonly random: Random;
  readonly writers: number;
  readonly transactionsPerWriter: number;
  readonly readers: number;
  /** Ids of each kind that writers fight over. */
  readonly ids: number;
}

const KIND_CHOICES: readonly (readonly Kind<never>[] | undefined)[] = [
  undefined,
  [WIDGET],
  [GADGET],
  [WIDGET, GADGET],
];

/**
 * Lets writers, readers (some slow, some reconnecting, all with small buffers) and a compactor loose
 * on a store, and records what writers were told and what readers saw.
 */
export async function recordHistory(store: Store, options: WorkloadOptions): Promise<History> {
  const run = new Workload(store, options);
  return run.record();
}

class Workload {
  readonly #store: Store;
  readonly #options: WorkloadOptions;
  readonly #random: Random;
  readonly #commits: RecordedCommit[] = [];
  readonly #watches: RecordedWatch[] = [];
  /** The last revision, once the writers are done; it holds a change of each kind. */
  #lastRevision = Infinity;

  constructor(store: Store, options: WorkloadOptions) {
    this.#store = store;
    this.#options = options;
    this.#random = options.random;
  }

  async record(): Promise<History> {
    const { readers, writers } = this.#options;
    const reading = Array.from({ length: readers }, (_, n) => this.#read(`reader ${n}`));
    await Promise.all(Array.from({ length: writers }, () => this.#write()));
    this.#lastRevision = await this.#touchEveryKind();
    await Promise.all(reading);
    const commits = this.#commits.sort((a, b) => a.revision - b.revision);
    return { commits, watches: this.#watches };
  }

  async #write(): Promise<void> {
    for (let n = 0; n < this.#options.transactionsPerWriter; n++) {
      if (this.#chance(0.05)) await this.#compact();
      if (this.#chance(0.2)) await turns(this.#upTo(5));
      await this.#transact((tx) => this.#scribble(tx));
    }
  }

  /** Commits `body` and records its changes; a refusal (a stale revision, say) records nothing. */
  async #transact(body: (tx: Transaction) => void): Promise<number> {
    let changes: ChangeRecorder | undefined;
    try {
      const { revision } = await this.#store.transact((tx) => {
        changes = new ChangeRecorder(tx);
        body(changes);
      });
      const recorded = changes?.take(revision) ?? [];
      if (recorded.length > 0) this.#commits.push({ revision, changes: recorded });
      return revision;
    } catch (error) {
      if (!Problem.is(error, "conflict", "precondition_failed")) throw error;
      return this.#store.revision;
    }
  }

  /** Writes to one or a few resources, and now and then fails after having done so. */
  #scribble(tx: Transaction): void {
    for (let n = 1 + this.#upTo(3); n > 0; n--) this.#scribbleOn(tx);
    if (this.#chance(0.1)) throw new Problem("conflict", "on purpose");
  }

  #scribbleOn(tx: Transaction): void {
    const id = `id-${this.#upTo(this.#options.ids)}`;
    const kind = this.#chance(0.5) ? WIDGET : GADGET;
    const value = this.#value();
    const present = tx.get<unknown>(kind as Kind<unknown>, id);
    if (present === undefined) tx.create<unknown>(kind as Kind<unknown>, id, value);
    else if (this.#chance(0.25)) tx.delete(kind, id);
    else if (this.#chance(0.1)) tx.update(kind as Kind<unknown>, id, value, present.revision - 1);
    else tx.update(kind as Kind<unknown>, id, value, present.revision);
  }

  #value(): unknown {
    const count = this.#upTo(1000);
    return { name: `name-${count}`, color: this.#chance(0.5) ? "red" : "blue", count };
  }

  async #touchEveryKind(): Promise<number> {
    return this.#transact((tx) => {
      tx.create(WIDGET, "last", { name: "last" });
      tx.create(GADGET, "last", { widgetId: "last", count: 0 });
    });
  }

  async #compact(): Promise<void> {
    await this.#store.compact(Math.max(0, this.#store.revision - this.#upTo(40)));
  }

  /** Watches until the last revision, resuming or beginning anew whenever the watch ends. */
  async #read(reader: string): Promise<void> {
    const kinds = KIND_CHOICES[this.#upTo(KIND_CHOICES.length)];
    let from = 0;
    while (from < this.#lastRevision) from = await this.#watch(reader, kinds, from);
  }

  /** One watch; answers where to go on. */
  async #watch(
    reader: string,
    kinds: readonly Kind<never>[] | undefined,
    from: number,
  ): Promise<number> {
    const events: RecordedEvent[] = [];
    const names = kinds?.map(({ name }) => name);
    this.#watches.push({ reader, kinds: names, from, events });
    const capacity = 1 + this.#upTo(16);
    const options = kinds === undefined ? { from, capacity } : { from, capacity, kinds };
    const slowness = this.#chance(0.5) ? 0 : this.#upTo(4);
    try {
      for await (const event of this.#store.watch(options)) {
        events.push(recordEvent(event));
        if (event.revision >= this.#lastRevision || this.#chance(0.02)) break;
        await turns(slowness);
      }
    } catch (error) {
      if (Problem.is(error, "revision_compacted")) return this.#store.revision;
      if (!Problem.is(error, "reader_too_slow")) throw error;
    }
    return events.at(-1)?.revision ?? from;
  }

  #chance(probability: number): boolean {
    return this.#random.fraction() < probability;
  }

  /** A whole number from 0, below `limit`. */
  #upTo(limit: number): number {
    return Math.floor(this.#random.fraction() * limit);
  }
}

/** A transaction that keeps account of its net changes by itself, as a check on the store's own. */
class ChangeRecorder implements Transaction {
  readonly #tx: Transaction;
  readonly #before = new Map<
    string,
    { kind: Kind<never>; id: string; was: Resource | undefined }
  >();
  readonly #after = new Map<string, { value: unknown; created: boolean } | undefined>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  get: Transaction["get"] = (kind, id) => this.#tx.get(kind, id);
  list: Transaction["list"] = (kind, query) => this.#tx.list(kind, query);

  create: Transaction["create"] = (kind, id, value) => {
    this.#touch(kind, id, { value, created: true });
    this.#tx.create(kind, id, value);
  };

  update: Transaction["update"] = (kind, id, value, expected) => {
    const created = this.#after.get(keyOf(kind, id))?.created ?? false;
    this.#touch(kind, id, { value, created });
    this.#tx.update(kind, id, value, expected);
  };

  delete: Transaction["delete"] = (kind, id, expected) => {
    this.#touch(kind, id, undefined);
    this.#tx.delete(kind, id, expected);
  };

  /** What a watcher has to see of a transaction that was committed as `revision`. */
  take(revision: number): RecordedChange[] {
    const changes: Change[] = [];
    for (const [key, { kind, id, was }] of this.#before) {
      const after = this.#after.get(key);
      if (after === undefined) {
        if (was !== undefined) changes.push({ type: "deleted", previous: was, revision });
        continue;
      }
      const createdRevision = after.created ? revision : (was?.createdRevision ?? revision);
      const resource = { kind: kind.name, id, value: after.value, revision, createdRevision };
      if (was === undefined) changes.push({ type: "created", resource });
      else changes.push({ type: "updated", resource, previous: was });
    }
    return changes.map(recordChange);
  }

  #touch(
    kind: Kind<never>,
    id: string,
    after: { value: unknown; created: boolean } | undefined,
  ): void {
    const key = keyOf(kind, id);
    if (!this.#before.has(key)) {
      this.#before.set(key, { kind, id, was: this.#tx.get(kind as Kind<unknown>, id) });
    }
    this.#after.set(key, after);
  }
}

function keyOf(kind: Kind<never>, id: string): string {
  return `${kind.name}/${id}`;
}

function recordEvent(event: WatchEvent): RecordedEvent {
  if (event.type === "bookmark") return event;
  const { revision, changes } = event;
  return { type: "commit", revision, changes: changes.map(recordChange) };
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
}
