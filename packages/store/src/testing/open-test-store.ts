import { silentLog, systemClock } from "@signalbox/base";
import { CONFORMANCE_KINDS } from "../conformance/harness.ts";
import { openSqliteStore } from "../sqlite/open-sqlite-store.ts";
import type { SqliteStoreOptions } from "../sqlite/sqlite-store-options.ts";
import type { Store } from "../store.ts";

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
}

/** A SQLite store of the conformance kinds that is closed at the end of the block. */
export async function openTestStore(
  directory: string,
  options: Partial<SqliteStoreOptions> = {},
): Promise<TestStore> {
  const kinds = CONFORMANCE_KINDS;
  const defaults = { directory, kinds, clock: systemClock, log: silentLog };
  const store = await openSqliteStore({ ...defaults, ...options });
  return { store, [Symbol.asyncDispose]: () => store.close() };
}
