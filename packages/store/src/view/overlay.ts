import type { Kind } from "../kind.ts";
import type { Resource } from "../store.ts";
import { KindTable } from "./kind-table.ts";
import type { IndexTerm, ResourceSet } from "./resource-set.ts";
import type { View } from "./view.ts";

/** Writes that are not committed yet, laid over the view, which stays as it is. */
export class Overlay {
  readonly #view: View;
  readonly #tables = new Map<string, OverlayTable>();

  constructor(view: View) {
    this.#view = view;
  }

  table(kind: Kind<never>): OverlayTable {
    let table = this.#tables.get(kind.name);
    if (table === undefined) {
      table = new OverlayTable(this.#view.table(kind));
      this.#tables.set(kind.name, table);
    }
    return table;
  }
}

/** One kind of an overlay: what was written, and which ids of the view below no longer count. */
export class OverlayTable implements ResourceSet {
  readonly #base: KindTable;
  readonly #written: KindTable;
  readonly #masked = new Set<string>();

  constructor(base: KindTable) {
    this.#base = base;
    this.#written = new KindTable(base.kind);
  }

  get(id: string): Resource | undefined {
    return this.#masked.has(id) ? this.#written.get(id) : this.#base.get(id);
  }

  /** `undefined` deletes. */
  set(id: string, resource: Resource | undefined): void {
    this.#masked.add(id);
    if (resource === undefined) this.#written.delete(id);
    else this.#written.put(resource);
  }

  ids(index: IndexTerm | undefined, after: string | undefined): Iterable<string> {
    const base = this.#base.ids(index, after);
    if (this.#masked.size === 0) return base;
    return merged(this.#unmasked(base), this.#written.ids(index, after)[Symbol.iterator]());
  }

  *#unmasked(ids: Iterable<string>): Generator<string, void, undefined> {
    for (const id of ids) if (!this.#masked.has(id)) yield id;
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
