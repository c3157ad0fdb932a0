import type { TableWatch, TableWatcher } from "./resource-table.ts";

/** The watches of one table by what they watch. Each watch keeps its own places in it. */
export interface Registrations {
  readonly all: Set<IndexedWatch>;
  readonly byName: Map<string, Set<IndexedWatch>>;
  readonly wildcards: Set<IndexedWatch>;
  readonly byDirectory: Map<string, Set<IndexedWatch>>;
  readonly listener: NameListener;
}

/** Is told who wants what by name. */
export interface NameListener {
  /** A client asks for the name, perhaps again. */
  nameAsked(name: string): void;
  /** Nobody watches the name any more. */
  nameLeft(name: string): void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** There is one a type of each stream: most have a wildcard and nothing else, and are small. */
export class IndexedWatch implements TableWatch {
  readonly watcher: TableWatcher;
  readonly #registered: Registrations;
  #names: Set<string> | undefined;
  #directories = NOTHING;
  #isClosed = false;

  constructor(watcher: TableWatcher, registered: Registrations) {
    this.watcher = watcher;
    this.#registered = registered;
    registered.all.add(this);
  }

  addName(name: string): void {
    if (this.#isClosed) return;
    this.#names ??= new Set();
    if (!this.#names.has(name)) addTo(this.#registered.byName, name, this);
    this.#names.add(name);
    this.#registered.listener.nameAsked(name);
  }

  removeName(name: string): void {
    if (this.#names?.delete(name)) this.#leave(name);
  }

  setWildcard(isWildcard: boolean): void {
    if (this.#isClosed) return;
    if (isWildcard) this.#registered.wildcards.add(this);
    else this.#registered.wildcards.delete(this);
  }

  setDirectories(prefixes: ReadonlySet<string>): void {
    if (this.#isClosed || (prefixes.size === 0 && this.#directories.size === 0)) return;
    const { byDirectory } = this.#registered;
    const wanted = new Set(prefixes);
    for (const prefix of wanted.difference(this.#directories)) addTo(byDirectory, prefix, this);
    for (const prefix of this.#directories.difference(wanted)) {
      removeFrom(byDirectory, prefix, this);
    }
    this.#directories = wanted;
  }

  close(): void {
    if (this.#isClosed) return;
    for (const name of this.#names ?? []) this.#leave(name);
    this.#names = undefined;
    this.setDirectories(NOTHING);
    this.setWildcard(false);
    this.#isClosed = true;
    this.#registered.all.delete(this);
  }

  #leave(name: string): void {
    const { byName, listener } = this.#registered;
    removeFrom(byName, name, this);
    if (!byName.has(name)) listener.nameLeft(name);
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
