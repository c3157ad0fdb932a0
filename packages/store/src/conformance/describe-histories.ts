import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom, systemRandom } from "@signalbox/base";
import { type CreateHarness, withStore } from "./harness.ts";
import { recordHistory } from "./record-history.ts";
import { WATCH_VALIDATORS } from "./validators.ts";

/** How much is recorded, and whether it is the same each time. */
export interface HistoryOptions {
  /** Repeats a run; default a new one each time. */
  readonly seed?: number;
  /** Transactions of each of the eight writers; default 60. */
  readonly transactionsPerWriter?: number;
}

/** The six guarantees of watches, over the recorded history of a random workload. */
export function describeHistories(createHarness: CreateHarness, options: HistoryOptions): void {
  const seed = options.seed ?? Math.floor(systemRandom.fraction() * 2 ** 32);
  const transactionsPerWriter = options.transactionsPerWriter ?? 60;

  describe(`histories, seed ${seed}`, () => {
    it("keep every guarantee", (test) =>
      withStore(createHarness, async (store) => {
        const random = seededRandom(seed);
        const history = await recordHistory(store, {
          random,
          writers: 8,
          transactionsPerWriter,
          readers: 8,
          ids: 12,
        });
        const events = history.watches.reduce((sum, watch) => sum + watch.events.length, 0);
        test.diagnostic(
          `seed ${seed}: ${history.commits.length} commits, ` +
            `${history.watches.length} watches, ${events} events`,
        );
        const revisions = history.commits.map(({ revision }) => revision);
        assert.equal(new Set(revisions).size, revisions.length, "each commit has its own revision");
        for (const [guarantee, validate] of Object.entries(WATCH_VALIDATORS)) {
          assert.deepEqual(validate(history), [], `${guarantee}, seed ${seed}`);
        }
      }));
  });
}
