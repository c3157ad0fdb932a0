import { directoryOf } from "./resource-directory.ts";
import type { TableWatch, TableWatcher } from "./resource-table.ts";

/** Who watches what of one table. The cost of a change follows those who watch what changed. */
export class WatchIndex {
  readonly #watches = new Set<IndexedWatch>();
  readonly #byName = new Map<string, Set<IndexedWatch>>();
  readonly #wildcards = new Set<IndexedWatch>();
  readonly #byDirectory = new Map<string, Set<IndexedWatch>>();

  get size(): number {
    return this.#watches.size;
  }

  /** @param nameAdded is told of each name that the watch did not have before */
  open(watcher: TableWatcher, nameAdded: (name: string) => void): TableWatch {
    const watch: IndexedWatch = new IndexedWatch(watcher, {
      nameAdded: (name) => {
        addTo(this.#byName, name, watch);
        nameAdded(name);
      },
      nameRemoved: (name) => removeFrom(this.#byName, name, watch),
      wildcardChanged: (isWildcard) => {
        if (isWildcard) this.#wildcards.add(watch);
        else this.#wildcards.delete(watch);
      },
      directoryAdded: (prefix) => addTo(this.#byDirectory, prefix, watch),
      directoryRemoved: (prefix) => removeFrom(this.#byDirectory, prefix, watch),
      closed: () => this.#watches.delete(watch),
    });
    this.#watches.add(watch);
    return watch;
  }

  tellState(): void {
    for (const { watcher } of this.#watches) watcher.stateChanged();
  }

  /** Tells who watches `name` by its name. */
  tellName(name: string): void {
    for (const { watcher } of this.#byName.get(name) ?? []) watcher.resourceChanged(name);
  }

  /** Tells everybody who watches any of `names`, those who watch many of them once. */
  tellChanges(names: readonly string[]): void {
    if (this.#byName.size > 0) for (const name of names) this.tellName(name);
    const watches = this.#byDirectory.size === 0 ? this.#wildcards : this.#affected(names);
    for (const { watcher } of watches) watcher.tableChanged();
  }

  #affected(names: readonly string[]): ReadonlySet<IndexedWatch> {
    const affected = new Set(this.#wildcards);
    for (const prefix of new Set(names.map(directoryOf))) {
      for (const watch of this.#byDirectory.get(prefix) ?? []) affected.add(watch);
    }
    return affected;
  }
}

interface Interest {
  nameAdded(name: string): void;
  nameRemoved(name: string): void;
  wildcardChanged(isWildcard: boolean): void;
  directoryAdded(prefix: string): void;
  directoryRemoved(prefix: string): void;
  closed(): void;
}

class IndexedWatch implements TableWatch {
  readonly watcher: TableWatcher;
  readonly #interest: Interest;
  readonly #names = new Set<string>();
  #directories: ReadonlySet<string> = new Set();
  #isClosed = false;

  constructor(watcher: TableWatcher, interest: Interest) {
    this.watcher = watcher;
    this.#interest = interest;
  }

  addName(name: string): void {
    if (this.#isClosed || this.#names.has(name)) return;
    this.#names.add(name);
    this.#interest.nameAdded(name);
  }

  removeName(name: string): void {
    if (this.#names.delete(name)) this.#interest.nameRemoved(name);
  }

  setWildcard(isWildcard: boolean): void {
    if (!this.#isClosed) this.#interest.wildcardChanged(isWildcard);
  }

  setDirectories(prefixes: ReadonlySet<string>): void {
    if (this.#isClosed) return;
    const wanted = new Set(prefixes);
    for (const prefix of wanted.difference(this.#directories))
      this.#interest.directoryAdded(prefix);
    for (const prefix of this.#directories.difference(wanted)) {
      this.#interest.directoryRemoved(prefix);
    }
    this.#directories = wanted;
  }

  close(): void {
    if (this.#isClosed) return;
    for (const name of this.#names) this.#interest.nameRemoved(name);
    this.#names.clear();
    this.setDirectories(new Set());
    this.setWildcard(false);
    this.#isClosed = true;
    this.#interest.closed();
  }
}

function addTo<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
}

function removeFrom<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const values = index.get(key);
  values?.delete(value);
  if (values?.size === 0) index.delete(key);
}
