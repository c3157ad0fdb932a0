import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "@signalbox/base";
import { WIDGET } from "../conformance/harness.ts";
import type { Store } from "../store.ts";
import { openTestStore } from "../testing/open-test-store.ts";
import { tempDirectory } from "../testing/temp-directory.ts";
import { Retention } from "./retention.ts";

describe("Retention", () => {
  it("is due when there are too many revisions, and keeps as many as it may", () => {
    const retention = new Retention({ maxRevisions: 80, maxLength: 1e9 }, 0, []);
    for (let revision = 1; revision <= 89; revision++) retention.add(revision, 1);
    assert.equal(retention.due(), undefined);
    retention.add(90, 1);
    assert.equal(retention.due(), 10);
    retention.forget(10);
    assert.equal(retention.due(), undefined);
  });

  it("is due when the history is too long, however few its revisions", () => {
    const retention = new Retention({ maxRevisions: 1e6, maxLength: 1000 }, 0, []);
    for (let revision = 1; revision <= 4; revision++) retention.add(revision, 300);
    assert.equal(retention.due(), 1);
  });

  it("goes on from what a file had", () => {
    const stretches = [
      [50, 500],
      [100, 500],
    ] as const;
    const retention = new Retention({ maxRevisions: 1e6, maxLength: 900 }, 20, stretches);
    assert.equal(retention.due(), 50);
  });
});

describe("a store", () => {
  it("forgets old history by itself, over restarts too, and never its state", async () => {
    await using directory = await tempDirectory();
    const limits = { maxHistoryRevisions: 40 };
    {
      await using opened = await openTestStore(directory.path, limits);
      await opened.store.transact((tx) => tx.create(WIDGET, "kept", { name: "kept" }));
      for (let n = 0; n < 100; n++) await put(opened.store, n);
      // Closing waits for the compaction that is under way.
      await opened.store.close();
      const { compactedRevision, revision } = opened.store.stats();
      assert.ok(
        compactedRevision > 40 && revision - compactedRevision >= 40,
        `${compactedRevision}`,
      );
    }
    await using opened = await openTestStore(directory.path, limits);
    assert.equal(opened.store.get(WIDGET, "kept")?.value.name, "kept");
    assert.equal(opened.store.get(WIDGET, "a")?.value.count, 99);
    const stale = opened.store.watch({ from: 1 })[Symbol.asyncIterator]();
    await assert.rejects(stale.next(), (error) => Problem.is(error, "revision_compacted"));
  });
});

async function put(store: Store, count: number): Promise<void> {
  await store.transact((tx) => {
    const value = { name: "a", count };
    if (tx.get(WIDGET, "a") === undefined) tx.create(WIDGET, "a", value);
    else tx.update(WIDGET, "a", value);
  });
}
