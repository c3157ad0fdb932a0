import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Labels, Metrics } from "@signalbox/base";
import { GADGET, WIDGET } from "./conformance/harness.ts";
import { openTestStore } from "./testing/open-test-store.ts";
import { tempDirectory } from "./testing/temp-directory.ts";

/** Keeps the last value of each gauge, and how often everything else was reported. */
class Recorder implements Metrics {
  readonly values = new Map<string, number>();

  gauge: Metrics["gauge"] = ({ name }) => ({
    set: (value, labels) => void this.values.set(keyOf(name, labels), value),
  });
  counter: Metrics["counter"] = ({ name }) => ({ add: (labels) => this.#count(name, labels) });
  histogram: Metrics["histogram"] = ({ name }) => ({ observe: () => this.#count(name) });
  sampled: Metrics["sampled"] = () => {};

  #count(name: string, labels?: Labels): void {
    const key = keyOf(name, labels);
    this.values.set(key, (this.values.get(key) ?? 0) + 1);
  }
}

function keyOf(name: string, labels: Labels = {}): string {
  return [name, ...Object.values(labels)].join(" ");
}

describe("store metrics", () => {
  it("follow commits, compaction, watches and cut-offs", async () => {
    await using directory = await tempDirectory();
    const metrics = new Recorder();
    await using opened = await openTestStore(directory.path, { metrics });
    const { store } = opened;
    const watch = store.watch({ from: 0, capacity: 1 })[Symbol.asyncIterator]();
    await watch.next();
    assert.equal(metrics.values.get("store_watchers"), 1);
    await store.transact((tx) => {
      tx.create(WIDGET, "a", { name: "a" });
      tx.create(WIDGET, "b", { name: "b" });
      tx.create(GADGET, "g", { widgetId: "a", count: 1 });
    });
    await store.transact((tx) => tx.delete(WIDGET, "b"));
    await store.compact(1);
    await assert.rejects(watch.next().then(() => watch.next()));

    const expected = {
      store_revision: 2,
      store_compacted_revision: 1,
      "store_resources widget": 1,
      "store_resources gadget": 1,
      store_commit_seconds: 2,
      store_commit_transactions: 2,
      store_watch_cutoffs_total: 1,
      store_watchers: 0,
    };
    for (const [key, value] of Object.entries(expected)) {
      assert.equal(metrics.values.get(key), value, key);
    }
    assert.ok((metrics.values.get("store_size_bytes") ?? 0) > 0);
  });
});
