import type { Resource } from "../resource/resource.ts";
import { MutableTable, type MutableTableOptions } from "../table/mutable-table.ts";
import { editTypeState, type TypeEdit, type TypeState } from "../table/type-state.ts";
import type { Cache, TableLease, TableRequest } from "./cache.ts";

/** How a linear cache begins. All have defaults. */
export interface LinearCacheOptions extends MutableTableOptions {
  /** What the cache begins with. Default: it is unknown, and clients wait, until the first write. */
  readonly resources?: Iterable<Resource>;
}

/**
 * Resources of one type, the same for every node. Every write is seen by clients at once, and as
 * one change; what is written with equal content is not seen at all.
 *
 * Until the first write clients hear nothing. `setAll([])` says that there are no resources.
 *
 * @example
 * ```ts
 * const endpoints = new LinearCache(TYPE_URLS.endpoint);
 * endpoints.set(backend);
 * endpoints.batch((draft) => {
 *   draft.delete("old");
 *   draft.set(fresh);
 * });
 * ```
 */
export class LinearCache implements Cache {
  readonly #table: MutableTable;
  #leaseCount = 0;

  /** @throws Problem `invalid_request` when a resource is of another type */
  constructor(typeUrl: string, { resources, ...options }: LinearCacheOptions = {}) {
    this.#table = new MutableTable(typeUrl, options);
    if (resources !== undefined) this.setAll(resources);
  }

  get typeUrl(): string {
    return this.#table.typeUrl;
  }

  get size(): number {
    return this.#table.size;
  }

  /** Derived from the content: equal after a restart and on other replicas. */
  get version(): string {
    return this.#table.version;
  }

  /** Types of streams that are served from here. */
  get leaseCount(): number {
    return this.#leaseCount;
  }

  /** By its own name, or by an alias. */
  get(name: string): Resource | undefined {
    return this.#table.get(name);
  }

  all(): readonly Resource[] {
    return this.#table.all();
  }

  /** @throws Problem `invalid_request` for a resource of another type */
  set(resource: Resource): void {
    this.#table.edit({ set: [resource] });
  }

  /** Unknown names are fine. */
  delete(name: string): void {
    this.#table.edit({ delete: [name] });
  }

  /** Sets and deletes many in one change. */
  update(edit: TypeEdit): void {
    this.#table.edit(edit);
  }

  /** Makes `resources` all that there is. */
  setAll(resources: Iterable<Resource>): void {
    this.#table.edit({ replaceAll: resources });
  }

  /** Makes one change of many steps; of none of them when `write` throws. */
  batch(write: (draft: LinearDraft) => void): void {
    const draft = new LinearDraft(this.typeUrl, this.#table.state);
    write(draft);
    if (draft.state !== undefined) this.#table.become(draft.state);
  }

  lease({ typeUrl }: TableRequest): TableLease | undefined {
    if (typeUrl !== this.typeUrl) return undefined;
    let isReleased = false;
    this.#leaseCount++;
    return {
      table: this.#table,
      release: () => {
        if (!isReleased) this.#leaseCount--;
        isReleased = true;
      },
    };
  }
}

/** What a batch writes to; it sees what it wrote so far, and nobody else does. */
export class LinearDraft {
  readonly #typeUrl: string;
  #state: TypeState | undefined;

  constructor(typeUrl: string, state: TypeState | undefined) {
    this.#typeUrl = typeUrl;
    this.#state = state;
  }

  /** What becomes of the cache; undefined while it is unknown. */
  get state(): TypeState | undefined {
    return this.#state;
  }

  get(name: string): Resource | undefined {
    return this.#state?.contents.get(name);
  }

  /** @throws Problem `invalid_request` for a resource of another type */
  set(resource: Resource): void {
    this.update({ set: [resource] });
  }

  delete(name: string): void {
    this.update({ delete: [name] });
  }

  update(edit: TypeEdit): void {
    this.#state = editTypeState(this.#typeUrl, this.#state, edit);
  }
}
