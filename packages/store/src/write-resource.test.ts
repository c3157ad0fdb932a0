import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "@signalbox/base";
import { WIDGET } from "./conformance/harness.ts";
import type { Store } from "./store.ts";
import { openTestStore } from "./testing/open-test-store.ts";
import { tempDirectory } from "./testing/temp-directory.ts";
import {
  createResource,
  deleteResource,
  modifyResource,
  updateResource,
} from "./write-resource.ts";

function test(name: string, use: (store: Store) => Promise<void>): void {
  it(name, async () => {
    await using directory = await tempDirectory();
    await using opened = await openTestStore(directory.path);
    await use(opened.store);
  });
}

const changed = (error: unknown): boolean => Problem.is(error, "precondition_failed");

describe("writing one resource", () => {
  test("answers the resource as it was written", async (store) => {
    const created = await createResource(store, WIDGET, "a", { name: "one" });
    assert.equal(created, store.get(WIDGET, "a"));
    const updated = await updateResource(store, WIDGET, "a", { name: "two" });
    assert.equal(updated, store.get(WIDGET, "a"));
    assert.equal(updated.createdRevision, created.revision);
    assert.equal(await deleteResource(store, WIDGET, "a"), updated);
    assert.equal(store.get(WIDGET, "a"), undefined);
  });

  test("compares revisions when it is given one", async (store) => {
    const { revision } = await createResource(store, WIDGET, "a", { name: "one" });
    const stale = { expected: revision + 1 };
    await assert.rejects(updateResource(store, WIDGET, "a", { name: "two" }, stale), changed);
    await assert.rejects(
      modifyResource(store, WIDGET, "a", (widget) => widget, stale),
      changed,
    );
    await assert.rejects(deleteResource(store, WIDGET, "a", stale), changed);
    await deleteResource(store, WIDGET, "a", { expected: revision });
  });

  test("loses no change of several that are made at once", async (store) => {
    await createResource(store, WIDGET, "a", { name: "a", count: 0 });
    const countUp = (): Promise<unknown> =>
      modifyResource(store, WIDGET, "a", (widget) => ({
        ...widget,
        count: (widget.count ?? 0) + 1,
      }));
    await Promise.all(Array.from({ length: 50 }, countUp));
    assert.equal(store.get(WIDGET, "a")?.value.count, 50);
  });

  test("does not write what comes out equal", async (store) => {
    const created = await createResource(store, WIDGET, "a", { name: "a", tags: ["x"] });
    const same = await modifyResource(store, WIDGET, "a", () => ({ tags: ["x"], name: "a" }));
    assert.equal(same, created);
    assert.equal(store.revision, created.revision);
  });

  test("says that there is nothing to change", async (store) => {
    const change = modifyResource(store, WIDGET, "a", (widget) => widget);
    await assert.rejects(change, (error) => Problem.is(error, "not_found"));
  });
});
