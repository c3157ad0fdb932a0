import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog, systemClock } from "@signalbox/base";
import { describeStore } from "../conformance/describe-store.ts";
import { CONFORMANCE_KINDS, type StoreHarness } from "../conformance/harness.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import type { SqliteStoreOptions } from "./sqlite-store-options.ts";

function harnessWith(limits: Partial<SqliteStoreOptions>): () => Promise<StoreHarness> {
  return async () => {
    const directory = await mkdtemp(join(tmpdir(), "store-"));
    const kinds = CONFORMANCE_KINDS;
    return {
      open: () =>
        openSqliteStore({ directory, kinds, clock: systemClock, log: silentLog, ...limits }),
      dispose: () => rm(directory, { recursive: true }),
    };
  };
}

describeStore("sqlite", harnessWith({}));
// Small limits: watches read their history from the file, batches fill up.
describeStore("cramped sqlite", harnessWith({ maxRecentChanges: 4, maxBatch: 3 }));
