import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GADGET, WIDGET } from "./conformance/harness.ts";
import type { Store } from "./store.ts";
import { openTestStore } from "./testing/open-test-store.ts";
import { tempDirectory } from "./testing/temp-directory.ts";
import { waitForResource } from "./wait-for-resource.ts";
import { createResource, deleteResource, modifyResource } from "./write-resource.ts";

function test(name: string, use: (store: Store) => Promise<void>): void {
  it(name, async () => {
    await using directory = await tempDirectory();
    await using opened = await openTestStore(directory.path);
    await use(opened.store);
    assert.equal(opened.store.stats().watchers, 0, "no watch is left");
  });
}

describe("waitForResource", () => {
  test("answers at once what holds already", async (store) => {
    const created = await createResource(store, WIDGET, "a", { name: "a" });
    assert.equal(
      await waitForResource(store, WIDGET, "a", (found) => found !== undefined),
      created,
    );
  });

  test("waits through other changes until it holds", async (store) => {
    const counted = waitForResource(store, WIDGET, "a", (found) => found?.value.count === 3);
    await createResource(store, WIDGET, "b", { name: "b", count: 3 });
    await createResource(store, GADGET, "a", { widgetId: "a", count: 3 });
    await createResource(store, WIDGET, "a", { name: "a", count: 2 });
    await modifyResource(store, WIDGET, "a", (widget) => ({ ...widget, count: 3 }));
    assert.equal((await counted)?.value.count, 3);
  });

  test("waits for a resource to be gone", async (store) => {
    await createResource(store, WIDGET, "a", { name: "a" });
    const gone = waitForResource(store, WIDGET, "a", (found) => found === undefined);
    await deleteResource(store, WIDGET, "a");
    assert.equal(await gone, undefined);
  });

  test("gives up with its signal", async (store) => {
    const reason = new Error("no longer wanted");
    const controller = new AbortController();
    const { signal } = controller;
    const wait = waitForResource(store, WIDGET, "a", () => false, { signal });
    const rejected = assert.rejects(wait, reason);
    await createResource(store, WIDGET, "a", { name: "a" });
    controller.abort(reason);
    await rejected;
  });
});
