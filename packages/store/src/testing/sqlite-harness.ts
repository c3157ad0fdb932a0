import type { CreateHarness } from "../conformance/harness.ts";
import type { SqliteStoreOptions } from "../sqlite/sqlite-store-options.ts";
import { openTestStore } from "./open-test-store.ts";
import { tempDirectory } from "./temp-directory.ts";

/** SQLite stores for the conformance suite. */
export function sqliteHarness(options: Partial<SqliteStoreOptions> = {}): CreateHarness {
  return async () => {
    const directory = await tempDirectory();
    return {
      open: async () => (await openTestStore(directory.path, options)).store,
      dispose: async () => directory[Symbol.asyncDispose](),
    };
  };
}
