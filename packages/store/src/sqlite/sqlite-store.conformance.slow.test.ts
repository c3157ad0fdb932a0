import { describeStore } from "../conformance/describe-store.ts";
import { sqliteHarness } from "../testing/sqlite-harness.ts";

// Limits so small that watches read their history from the file and batches fill up.
const CRAMPED = { maxRecentChanges: 4, maxBatch: 3, maxHistoryRevisions: 1000 };

describeStore("sqlite with room", sqliteHarness(), { transactionsPerWriter: 400 });
describeStore("cramped sqlite", sqliteHarness(CRAMPED), { transactionsPerWriter: 400 });
