import type { Kind } from "../kind.ts";
import type { Change, ListQuery, Page, Reader, Resource } from "../store.ts";
import { KindTable } from "./kind-table.ts";
import { readPage } from "./resource-set.ts";

/** The present state in memory: what every read is answered from. */
export class View implements Reader {
  readonly #tables = new Map<string, KindTable>();
  #revision = 0;
  #size = 0;

  constructor(kinds: readonly Kind<never>[]) {
    for (const kind of kinds) {
      if (this.#tables.has(kind.name)) throw new TypeError(`two kinds are named ${kind.name}`);
      this.#tables.set(kind.name, new KindTable(kind));
    }
  }

  get revision(): number {
    return this.#revision;
  }

  /** How many resources there are. */
  get size(): number {
    return this.#size;
  }

  get<T>(kind: Kind<T>, id: string): Resource<T> | undefined {
    return this.table(kind).get(id) as Resource<T> | undefined;
  }

  list<T>(kind: Kind<T>, query: ListQuery<T> = {}): Page<T> {
    return readPage(this.table(kind), query, this.#revision);
  }

  table(kind: Kind<never>): KindTable {
    const table = this.#tables.get(kind.name);
    if (table !== undefined) return table;
    throw new TypeError(`the store was opened without the kind ${kind.name}; declare it there`);
  }

  tables(): Iterable<KindTable> {
    return this.#tables.values();
  }

  /**
   * Takes in a resource as the file has it. One of a kind that is not declared here (written by
   * another version) only counts: nobody can ask for it, and it stays in the file as it is.
   */
  load(resource: Resource): void {
    this.#tables.get(resource.kind)?.put(resource);
    this.#size += 1;
  }

  /** Shows the changes of `revision`, and everything before it. */
  apply(revision: number, changes: readonly Change[]): void {
    for (const change of changes) this.#applyOne(change);
    this.#revision = revision;
  }

  #applyOne(change: Change): void {
    if (change.type === "deleted") {
      this.#tables.get(change.previous.kind)?.delete(change.previous.id);
      this.#size -= 1;
      return;
    }
    this.#tables.get(change.resource.kind)?.put(change.resource);
    if (change.type === "created") this.#size += 1;
  }
}
