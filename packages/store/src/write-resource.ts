import { isDeepStrictEqual } from "node:util";
import type { Kind } from "./kind.ts";
import { requireResource } from "./require-resource.ts";
import type { Resource, Store, Transaction } from "./store.ts";

/** Under which conditions one resource is written. */
export interface WriteOptions {
  /** Gives the write up as long as it has not begun. */
  readonly signal?: AbortSignal | undefined;
  /** The revision that the writer read; omitted: whatever is there. */
  readonly expected?: number;
}

/**
 * Creates one resource, and resolves to it when it is durable.
 *
 * @throws Problem `already_exists`
 */
export async function createResource<T>(
  store: Store,
  kind: Kind<T>,
  id: string,
  value: T,
  options: Pick<WriteOptions, "signal"> = {},
): Promise<Resource<T>> {
  return writeOne(store, kind, id, options, (tx) => tx.create(kind, id, value));
}

/**
 * Replaces the value of one resource.
 *
 * @throws Problem `not_found`, `precondition_failed`
 */
export async function updateResource<T>(
  store: Store,
  kind: Kind<T>,
  id: string,
  value: T,
  options: WriteOptions = {},
): Promise<Resource<T>> {
  return writeOne(store, kind, id, options, (tx) => tx.update(kind, id, value, options.expected));
}

/**
 * Changes one resource by a pure function of its present value. A value that comes out equal is
 * not written, so a reconciler that changes nothing wakes nobody.
 *
 * @throws Problem `not_found`, `precondition_failed`, or whatever `change` throws
 *
 * @example
 * ```ts
 * await modifyResource(store, SERVER, id, (server) => ({ ...server, powered: true }));
 * ```
 */
export async function modifyResource<T>(
  store: Store,
  kind: Kind<T>,
  id: string,
  change: (value: T, resource: Resource<T>) => T,
  options: WriteOptions = {},
): Promise<Resource<T>> {
  return writeOne(store, kind, id, options, (tx) => {
    const present = requireResource(tx, kind, id, options.expected);
    const value = change(present.value, present);
    if (!isDeepStrictEqual(value, present.value)) tx.update(kind, id, value);
  });
}

/**
 * Deletes one resource, and resolves to what it was.
 *
 * @throws Problem `not_found`, `precondition_failed`
 */
export async function deleteResource<T>(
  store: Store,
  kind: Kind<T>,
  id: string,
  options: WriteOptions = {},
): Promise<Resource<T>> {
  const { result } = await store.transact((tx) => {
    const present = requireResource(tx, kind, id, options.expected);
    tx.delete(kind, id);
    return present;
  }, options);
  return result;
}

async function writeOne<T>(
  store: Store,
  kind: Kind<T>,
  id: string,
  options: WriteOptions,
  write: (tx: Transaction) => void,
): Promise<Resource<T>> {
  const { result } = await store.transact((tx) => {
    write(tx);
    return requireResource(tx, kind, id);
  }, options);
  return result;
}
