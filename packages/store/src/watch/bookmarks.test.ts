import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { GADGET, WIDGET } from "../conformance/harness.ts";
import { openTestStore } from "../testing/open-test-store.ts";
import { tempDirectory } from "../testing/temp-directory.ts";

describe("bookmarks", () => {
  it("move a watch on whose kinds do not change, after the interval", async () => {
    await using directory = await tempDirectory();
    const clock = new VirtualClock();
    const bookmarkIntervalMs = 1000;
    await using opened = await openTestStore(directory.path, { clock, bookmarkIntervalMs });
    const { store } = opened;
    const watch = store.watch({ from: 0, kinds: [GADGET] })[Symbol.asyncIterator]();
    assert.deepEqual((await watch.next()).value, { type: "bookmark", revision: 0 });

    await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
    const { revision } = await store.transact((tx) => tx.delete(WIDGET, "a"));
    const next = watch.next();
    await clock.advance(999);
    assert.equal(clock.pending, 1);
    await clock.advance(1);
    assert.deepEqual((await next).value, { type: "bookmark", revision });
    assert.equal(clock.pending, 0);

    await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
    await watch.return?.();
    assert.equal(clock.pending, 0, "no timer is left when nobody watches");
  });
});
