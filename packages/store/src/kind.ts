/** The index values of a resource: one, several, or none. */
export type IndexValues = string | readonly string[] | undefined;

/** What else a kind has besides its name. */
export interface KindOptions<T> {
  /** Lists by these names; each answers the values under which a resource is found. */
  readonly indexes?: Readonly<Record<string, (value: T) => IndexValues>>;
}

/**
 * A kind of resource: its name in keys (`/server/ID`), the type of its values, its indexes.
 * Indexes are derived from values, so adding one needs no migration.
 */
export interface Kind<T> {
  readonly name: string;
  readonly indexes: ReadonlyMap<string, (value: T) => IndexValues>;
}

const NAME = /^[a-z][a-z0-9_-]*$/i;

/**
 * Declares a kind.
 *
 * @param name letters, digits, `-` and `_`: it is a part of keys
 *
 * @example
 * ```ts
 * interface Server { name: string; networkId: string }
 * const SERVER = defineKind<Server>("server", { indexes: { network: (s) => s.networkId } });
 * ```
 */
export function defineKind<T>(name: string, options: KindOptions<T> = {}): Kind<T> {
  if (!NAME.test(name)) throw new TypeError(`"${name}" cannot be the name of a kind`);
  return Object.freeze({ name, indexes: new Map(Object.entries(options.indexes ?? {})) });
}
