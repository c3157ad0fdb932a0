import type { Kind } from "../kind.ts";
import type { ListQuery, Page, Resource } from "../store.ts";

/** The exact value that a list asks of an index. */
export interface IndexTerm {
  readonly name: string;
  readonly value: string;
}

/** What a list needs to know of the resources of one kind, wherever they are held. */
export interface ResourceSet {
  readonly kind: Kind<never>;
  get(id: string): Resource | undefined;
  /** Ids in order, behind `after`, of those that the index finds. */
  ids(index: IndexTerm | undefined, after: string | undefined): Iterable<string>;
}

/** Reads one page of `set`; looks one match further to know whether another page follows. */
export function readPage<T>(set: ResourceSet, query: ListQuery<T>, revision: number): Page<T> {
  const limit = query.limit ?? Infinity;
  const items: Resource<T>[] = [];
  for (const id of set.ids(query.index, query.after)) {
    const resource = set.get(id) as Resource<T>;
    if (query.filter !== undefined && !query.filter(resource)) continue;
    if (items.length >= limit) return { items, ...cursorOf(items), revision };
    items.push(resource);
  }
  return { items, revision };
}

function cursorOf(items: readonly Resource[]): { next?: string } {
  const last = items.at(-1);
  return last === undefined ? {} : { next: last.id };
}
