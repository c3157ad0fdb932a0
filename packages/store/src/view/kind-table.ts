import type { IndexValues, Kind } from "../kind.ts";
import type { Resource } from "../store.ts";
import { OrderedIds } from "./ordered-ids.ts";
import type { IndexTerm, ResourceSet } from "./resource-set.ts";

type Postings = Map<string, OrderedIds>;

/** The resources of one kind, sorted by id and by each declared index. */
export class KindTable implements ResourceSet {
  readonly #kind: Kind<never>;
  readonly #resources = new Map<string, Resource>();
  readonly #ids = new OrderedIds();
  readonly #indexes = new Map<string, Postings>();

  constructor(kind: Kind<never>) {
    this.#kind = kind;
    for (const name of kind.indexes.keys()) this.#indexes.set(name, new Map());
  }

  get kind(): Kind<never> {
    return this.#kind;
  }

  get size(): number {
    return this.#resources.size;
  }

  get(id: string): Resource | undefined {
    return this.#resources.get(id);
  }

  put(resource: Resource): void {
    const previous = this.#resources.get(resource.id);
    this.#resources.set(resource.id, resource);
    if (previous === undefined) this.#ids.add(resource.id);
    this.#reindex(resource.id, previous, resource);
  }

  delete(id: string): void {
    const previous = this.#resources.get(id);
    if (previous === undefined) return;
    this.#resources.delete(id);
    this.#ids.delete(id);
    this.#reindex(id, previous, undefined);
  }

  ids(index: IndexTerm | undefined, after: string | undefined): Iterable<string> {
    if (index === undefined) return this.#ids.from(after);
    const postings = this.#indexes.get(index.name);
    if (postings === undefined) {
      throw new TypeError(`the kind ${this.#kind.name} declares no index "${index.name}"`);
    }
    return postings.get(index.value)?.from(after) ?? [];
  }

  #reindex(id: string, previous: Resource | undefined, next: Resource | undefined): void {
    for (const [name, valueOf] of this.#kind.indexes) {
      const postings = this.#indexes.get(name) as Postings;
      const before = previous === undefined ? [] : termsOf(valueOf(previous.value as never));
      const now = next === undefined ? [] : termsOf(valueOf(next.value as never));
      for (const term of before) if (!now.includes(term)) unpost(postings, term, id);
      for (const term of now) if (!before.includes(term)) post(postings, term, id);
    }
  }
}

function termsOf(values: IndexValues): readonly string[] {
  if (values === undefined) return [];
  return typeof values === "string" ? [values] : values;
}

function post(postings: Postings, term: string, id: string): void {
  let ids = postings.get(term);
  if (ids === undefined) {
    ids = new OrderedIds();
    postings.set(term, ids);
  }
  ids.add(id);
}

function unpost(postings: Postings, term: string, id: string): void {
  const ids = postings.get(term);
  ids?.delete(id);
  if (ids?.size === 0) postings.delete(term);
}
