import type { Cache, LeaseHolder, TableLease, TableRequest } from "./cache.ts";

/**
 * Chooses a cache for each request, by its type and its node.
 *
 * @returns undefined when nobody serves it: the client hears nothing, and its stream lives on
 */
export type CacheChooser = (request: TableRequest) => Cache | undefined;

/**
 * Several caches as one: endpoints from a linear cache, say, and everything else from snapshots.
 *
 * @example
 * ```ts
 * const cache = new MuxCache(({ typeUrl }) => (typeUrl === TYPE_URLS.endpoint ? linear : snapshots));
 * ```
 */
export class MuxCache implements Cache {
  readonly #choose: CacheChooser;

  constructor(choose: CacheChooser) {
    this.#choose = choose;
  }

  /** One cache a type; `other` serves the types that are not named. Default: nobody does. */
  static byType(caches: Readonly<Record<string, Cache>>, other?: Cache): MuxCache {
    const byType = new Map(Object.entries(caches));
    return new MuxCache(({ typeUrl }) => byType.get(typeUrl) ?? other);
  }

  lease(request: TableRequest, holder: LeaseHolder): TableLease | undefined {
    return this.#choose(request)?.lease(request, holder);
  }
}
