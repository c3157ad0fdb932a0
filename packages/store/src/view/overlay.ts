import type { Kind } from "../kind.ts";
import type { Resource } from "../store.ts";
import { KindTable } from "./kind-table.ts";
import type { IndexTerm, ResourceSet } from "./resource-set.ts";

/** A state that can be read kind by kind: the view, or an overlay. */
export interface Layer {
  table(kind: Kind<never>): ResourceSet;
}

/** Writes that are not committed yet, laid over a state, which stays as it is. */
export class Overlay implements Layer {
  #below: Layer;
  readonly #tables = new Map<string, OverlayTable>();

  constructor(below: Layer) {
    this.#below = below;
  }

  /** Lays the writes over `below`, which shows the same state as what was there before. */
  rebase(below: Layer): void {
    this.#below = below;
    for (const table of this.#tables.values()) table.rebase(below.table(table.kind));
  }

  table(kind: Kind<never>): OverlayTable {
    let table = this.#tables.get(kind.name);
    if (table === undefined) {
      table = new OverlayTable(this.#below.table(kind));
      this.#tables.set(kind.name, table);
    }
    return table;
  }
}

/** One kind of an overlay. */
export class OverlayTable implements ResourceSet {
  #below: ResourceSet;
  /** What was written; `undefined` where it was deleted. Hides what lies below. */
  readonly #written = new Map<string, Resource | undefined>();
  /** The same, sorted; only made when someone lists, because most transactions do not. */
  #sorted: KindTable | undefined;

  constructor(below: ResourceSet) {
    this.#below = below;
  }

  get kind(): Kind<never> {
    return this.#below.kind;
  }

  rebase(below: ResourceSet): void {
    this.#below = below;
  }

  get(id: string): Resource | undefined {
    return this.#written.has(id) ? this.#written.get(id) : this.#below.get(id);
  }

  /** `undefined` deletes. */
  set(id: string, resource: Resource | undefined): void {
    this.#written.set(id, resource);
    if (resource === undefined) this.#sorted?.delete(id);
    else this.#sorted?.put(resource);
  }

  ids(index: IndexTerm | undefined, after: string | undefined): Iterable<string> {
    const below = this.#below.ids(index, after);
    if (this.#written.size === 0) return below;
    this.#sorted ??= this.#sort();
    return merged(this.#notHidden(below), this.#sorted.ids(index, after)[Symbol.iterator]());
  }

  #sort(): KindTable {
    const table = new KindTable(this.kind);
    for (const resource of this.#written.values()) if (resource !== undefined) table.put(resource);
    return table;
  }

  *#notHidden(ids: Iterable<string>): Generator<string, void, undefined> {
    for (const id of ids) if (!this.#written.has(id)) yield id;
  }
}

/** Merges two sorted sequences that have nothing in common. */
function* merged(left: Iterator<string>, right: Iterator<string>): Generator<string> {
  let a = left.next();
  let b = right.next();
  while (a.done !== true && b.done !== true) {
    if (a.value < b.value) {
      yield a.value;
      a = left.next();
    } else {
      yield b.value;
      b = right.next();
    }
  }
  for (; a.done !== true; a = left.next()) yield a.value;
  for (; b.done !== true; b = right.next()) yield b.value;
}
