import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "@signalbox/base";
import type { Store } from "../store.ts";
import { type CreateHarness, GADGET, WIDGET, withStore } from "./harness.ts";

const MANY = 600;

/** Opening, closing, compaction, and waiting for a revision. */
export function describeLife(createHarness: CreateHarness): void {
  const test = (
    name: string,
    use: (store: Store, open: () => Promise<Store>) => Promise<void>,
  ): void => {
    it(name, () => withStore(createHarness, use));
  };

  describe("life", () => {
    test("a store that is opened again has what it had", async (store, open) => {
      await fill(store);
      const before = snapshotOf(store);
      const history = await historyOf(store);
      await store.close();

      const again = await open();
      assert.deepEqual(snapshotOf(again), before);
      assert.deepEqual(await historyOf(again), history);
    });

    test("compaction keeps the state, over a restart too", async (store, open) => {
      await fill(store);
      await store.transact((tx) => {
        for (const { id } of tx.list(WIDGET).items) tx.delete(WIDGET, id);
      });
      const before = snapshotOf(store);
      await store.compact(store.revision);
      assert.deepEqual(snapshotOf(store), before);
      await store.close();

      const again = await open();
      assert.deepEqual(snapshotOf(again), before);
      const next = await again.transact((tx) => tx.create(WIDGET, "new", { name: "new" }));
      assert.ok(next.revision > before.revision);
    });

    test("caughtUp waits for a revision that is to come", async (store) => {
      await store.caughtUp(store.revision);
      const reached = store.caughtUp(store.revision + 1);
      const { revision } = await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
      await reached;
      assert.ok(store.revision >= revision);

      const reason = new Error("no longer wanted");
      const controller = new AbortController();
      const given = store.caughtUp(store.revision + 100, { signal: controller.signal });
      controller.abort(reason);
      await assert.rejects(given, reason);
    });

    test("closing lets writes finish, then ends everything", async (store) => {
      const isClosed = (error: unknown): boolean => Problem.is(error, "unavailable");
      const watch = store.watch({ from: 0 })[Symbol.asyncIterator]();
      await watch.next();
      const waiting = store.caughtUp(store.revision + 100);
      const write = store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
      const refused = Promise.all([
        assert.rejects(waiting, isClosed),
        assert.rejects(async () => {
          while ((await watch.next()).done !== true);
        }, isClosed),
      ]);
      const closing = store.close();
      await assert.rejects(
        store.transact((tx) => tx.create(WIDGET, "b", { name: "b" })),
        isClosed,
      );
      await write;
      await closing;
      await refused;
      await store.close();
      await assert.rejects(store.check(), isClosed);
    });

    test("a store that answers passes its check", async (store) => {
      await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
      await store.check();
    });

    test("stats say what is there", async (store) => {
      await fill(store);
      await store.compact(store.revision - 1);
      const { revision, compactedRevision, resources, watchers } = store.stats();
      assert.deepEqual(
        { revision, compactedRevision, resources, watchers },
        {
          revision: store.revision,
          compactedRevision: store.revision - 1,
          resources: store.list(WIDGET).items.length + store.list(GADGET).items.length,
          watchers: 0,
        },
      );
    });
  });
}

/** Creates, changes and deletes enough that reading it back takes more than one page. */
async function fill(store: Store): Promise<void> {
  const idOf = (n: number): string => `w-${n}`;
  await Promise.all(
    Array.from({ length: MANY }, (_, n) =>
      store.transact((tx) => {
        tx.create(WIDGET, idOf(n), { name: `\u00fcn\u00efcode "${n}" \u{1f682}\n`, count: 0 });
        tx.create(GADGET, `g-${n}`, { widgetId: idOf(n), count: n });
        if (n % 3 === 2) tx.update(WIDGET, idOf(n - 1), { name: "changed", count: n });
        if (n % 3 === 2) tx.delete(WIDGET, idOf(n - 2));
      }),
    ),
  );
}

function snapshotOf(store: Store): { revision: number; widgets: unknown; gadgets: unknown } {
  return {
    revision: store.revision,
    widgets: store.list(WIDGET).items,
    gadgets: store.list(GADGET, { index: { name: "widget", value: "w-7" } }).items,
  };
}

async function historyOf(store: Store): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of store.watch({ from: 0 })) {
    events.push(event);
    if (event.type === "bookmark") break;
  }
  return events;
}
