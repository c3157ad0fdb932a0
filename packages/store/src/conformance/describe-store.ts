import { describe } from "node:test";
import { describeHistories, type HistoryOptions } from "./describe-histories.ts";
import { describeLife } from "./describe-life.ts";
import { describeReads } from "./describe-reads.ts";
import { describeWatches } from "./describe-watches.ts";
import { describeWrites } from "./describe-writes.ts";
import type { CreateHarness } from "./harness.ts";

/**
 * Registers with `node:test` everything that a `Store` promises. It assumes nothing of how the store
 * works, only that it is reached through `createHarness`.
 *
 * @example
 * ```ts
 * describeStore("sqlite", createSqliteHarness);
 * ```
 */
export function describeStore(
  name: string,
  createHarness: CreateHarness,
  options: HistoryOptions = {},
): void {
  describe(`${name} store`, () => {
    describeWrites(createHarness);
    describeReads(createHarness);
    describeWatches(createHarness);
    describeLife(createHarness);
    describeHistories(createHarness, options);
  });
}
