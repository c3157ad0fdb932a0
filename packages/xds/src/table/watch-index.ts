import { IndexedWatch, type NameListener, type Registrations } from "./indexed-watch.ts";
import { directoryOf } from "./resource-directory.ts";
import type { TableWatch, TableWatcher } from "./resource-table.ts";

/** Who watches what of one table. The cost of a change follows those who watch what changed. */
export class WatchIndex {
  readonly #registered: Registrations;

  constructor(listener: NameListener) {
    this.#registered = {
      all: new Set(),
      byName: new Map(),
      wildcards: new Set(),
      byDirectory: new Map(),
      listener,
    };
  }

  get size(): number {
    return this.#registered.all.size;
  }

  /** Whether anybody watches this very name. */
  hasName(name: string): boolean {
    return this.#registered.byName.has(name);
  }

  open(watcher: TableWatcher): TableWatch {
    return new IndexedWatch(watcher, this.#registered);
  }

  tellState(): void {
    for (const { watcher } of this.#registered.all) watcher.stateChanged();
  }

  /** Tells who watches `name` by its name. */
  tellName(name: string): void {
    for (const { watcher } of this.#registered.byName.get(name) ?? [])
      watcher.resourceChanged(name);
  }

  /** Tells everybody who watches any of `names`, those who watch many of them once. */
  tellChanges(names: readonly string[]): void {
    const { byName, byDirectory, wildcards } = this.#registered;
    if (byName.size > 0) for (const name of names) this.tellName(name);
    const watches = byDirectory.size === 0 ? wildcards : this.#affected(names);
    for (const { watcher } of watches) watcher.tableChanged();
  }

  #affected(names: readonly string[]): ReadonlySet<IndexedWatch> {
    const { byDirectory, wildcards } = this.#registered;
    const affected = new Set(wildcards);
    for (const prefix of new Set(names.map(directoryOf))) {
      for (const watch of byDirectory.get(prefix) ?? []) affected.add(watch);
    }
    return affected;
  }
}
