import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ListQuery, Store } from "../store.ts";
import { type CreateHarness, WIDGET, type Widget, withStore } from "./harness.ts";

/** Lists: order, indexes, cursors, filters. */
export function describeReads(createHarness: CreateHarness): void {
  const test = (name: string, use: (store: Store) => Promise<void>): void => {
    it(name, () => withStore(createHarness, use));
  };

  describe("lists", () => {
    test("are sorted by id and carry the revision that they show", async (store) => {
      await fill(store, ["c", "a", "b", "B", "a-1"]);
      const page = store.list(WIDGET);
      assert.deepEqual(idsOf(page.items), ["B", "a", "a-1", "b", "c"]);
      assert.equal(page.revision, store.revision);
      assert.equal(page.next, undefined);
    });

    test("go on behind a cursor, which need not exist any more", async (store) => {
      await fill(store, ["a", "b", "c", "d", "e"]);
      const first = store.list(WIDGET, { limit: 2 });
      assert.deepEqual(idsOf(first.items), ["a", "b"]);
      assert.equal(first.next, "b");
      await store.transact((tx) => tx.delete(WIDGET, "b"));
      const second = store.list(WIDGET, { limit: 2, after: "b" });
      assert.deepEqual(idsOf(second.items), ["c", "d"]);
      const last = store.list(WIDGET, { limit: 2, after: "d" });
      assert.deepEqual(idsOf(last.items), ["e"]);
      assert.equal(last.next, undefined);
    });

    test("have no next page when the limit falls on the end", async (store) => {
      await fill(store, ["a", "b"]);
      assert.equal(store.list(WIDGET, { limit: 2 }).next, undefined);
    });

    test("by an index follow what changes", async (store) => {
      await store.transact((tx) => {
        tx.create(WIDGET, "a", { name: "a", color: "red", tags: ["x", "y"] });
        tx.create(WIDGET, "b", { name: "b", color: "red", tags: ["y"] });
        tx.create(WIDGET, "c", { name: "c" });
      });
      assert.deepEqual(idsBy(store, "color", "red"), ["a", "b"]);
      assert.deepEqual(idsBy(store, "tag", "y"), ["a", "b"]);
      await store.transact((tx) => {
        tx.update(WIDGET, "a", { name: "a", color: "blue", tags: ["x"] });
        tx.delete(WIDGET, "b");
      });
      assert.deepEqual(idsBy(store, "color", "red"), []);
      assert.deepEqual(idsBy(store, "color", "blue"), ["a"]);
      assert.deepEqual(idsBy(store, "tag", "y"), []);
      assert.deepEqual(idsBy(store, "tag", "x"), ["a"]);
    });

    test("combine index, filter, cursor and limit", async (store) => {
      await store.transact((tx) => {
        for (let n = 0; n < 20; n++) {
          const widget: Widget = { name: `${n}`, count: n, color: n % 2 === 0 ? "red" : "blue" };
          tx.create(WIDGET, `w-${String(n).padStart(2, "0")}`, widget);
        }
      });
      const query: ListQuery<Widget> = {
        index: { name: "color", value: "red" },
        filter: ({ value }) => (value.count ?? 0) % 4 === 0,
        limit: 2,
      };
      const seen: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = store.list(WIDGET, after === undefined ? query : { ...query, after });
        seen.push(...idsOf(page.items));
        if (page.next === undefined) break;
        after = page.next;
      }
      assert.deepEqual(seen, ["w-00", "w-04", "w-08", "w-12", "w-16"]);
    });

    test("by an index that is not declared are a mistake of the caller", async (store) => {
      assert.throws(() => idsBy(store, "shape", "round"), TypeError);
    });
  });
}

async function fill(store: Store, ids: readonly string[]): Promise<void> {
  await store.transact((tx) => {
    for (const id of ids) tx.create(WIDGET, id, { name: id });
  });
}

function idsBy(store: Store, name: string, value: string): string[] {
  return idsOf(store.list(WIDGET, { index: { name, value } }).items);
}

function idsOf(items: readonly { readonly id: string }[]): string[] {
  return items.map(({ id }) => id);
}
