import { Problem } from "@signalbox/base";
import type { Kind } from "./kind.ts";
import type { Resource, Store } from "./store.ts";

/**
 * Resolves to the resource (`undefined` while there is none) as soon as `holds` accepts it, the
 * present state included.
 *
 * @throws the reason of `signal`, when it aborts first
 *
 * @example
 * ```ts
 * await waitForResource(store, SERVER, id, (server) => server === undefined, { signal });
 * ```
 */
export async function waitForResource<T>(
  store: Store,
  kind: Kind<T>,
  id: string,
  holds: (resource: Resource<T> | undefined) => boolean,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Resource<T> | undefined> {
  const { signal } = options;
  for (;;) {
    signal?.throwIfAborted();
    const present = store.get(kind, id);
    if (holds(present)) return present;
    await nextChange(store, kind, store.revision, signal);
  }
}

/** Resolves after any change of the kind, or when the watch has to be started anew. */
async function nextChange(
  store: Store,
  kind: Kind<never>,
  from: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const watch = store.watch({ kinds: [kind], from, signal });
    for await (const event of watch) if (event.type === "commit") return;
  } catch (error) {
    if (!Problem.is(error, "revision_compacted", "reader_too_slow")) throw error;
  }
}
