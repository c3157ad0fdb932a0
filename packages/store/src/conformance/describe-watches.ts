import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem } from "@signalbox/base";
import type { Store, WatchEvent, WatchOptions } from "../store.ts";
import { type CreateHarness, GADGET, WIDGET, withStore } from "./harness.ts";

/** One watch at a time; `describeHistories` has many at once. */
export function describeWatches(createHarness: CreateHarness): void {
  const test = (name: string, use: (store: Store) => Promise<void>): void => {
    it(name, () => withStore(createHarness, use));
  };

  describe("watches", () => {
    test("send the history after a revision, then say that they have caught up", async (store) => {
      const first = await put(store, "a", "one");
      const second = await put(store, "a", "two");
      const { revision: third } = await store.transact((tx) => tx.delete(WIDGET, "a"));

      const events = await readUntilBookmark(store, { from: first });
      const one = { kind: "widget", id: "a", value: { name: "one" } };
      const two = { kind: "widget", id: "a", value: { name: "two" }, revision: second };
      assert.deepEqual(events, [
        {
          type: "commit",
          revision: second,
          changes: [
            {
              type: "updated",
              resource: { ...two, createdRevision: first },
              previous: { ...one, revision: first, createdRevision: first },
            },
          ],
        },
        {
          type: "commit",
          revision: third,
          changes: [
            { type: "deleted", previous: { ...two, createdRevision: first }, revision: third },
          ],
        },
        { type: "bookmark", revision: third },
      ]);
    });

    test("go on with what is committed later", async (store) => {
      const watch = store.watch({ from: store.revision })[Symbol.asyncIterator]();
      assert.equal((await watch.next()).value?.type, "bookmark");
      const next = watch.next();
      const revision = await put(store, "a", "one");
      assert.equal((await next).value?.revision, revision);
      await watch.return?.();
    });

    test("cut a commit down to their kinds, and leave others out", async (store) => {
      await store.transact((tx) => {
        tx.create(WIDGET, "a", { name: "a" });
        tx.create(GADGET, "g", { widgetId: "a", count: 0 });
      });
      await put(store, "b", "b");
      const events = await readUntilBookmark(store, { from: 0, kinds: [GADGET] });
      const commits = events.filter((event) => event.type === "commit");
      assert.deepEqual(
        commits.map(({ changes }) => changes.length),
        [1],
      );
      assert.equal(events.at(-1)?.revision, store.revision);
    });

    test("end when the signal aborts, and when the reader leaves", async (store) => {
      const controller = new AbortController();
      const seen: WatchEvent[] = [];
      for await (const event of store.watch({ from: 0, signal: controller.signal })) {
        seen.push(event);
        controller.abort();
      }
      assert.equal(seen.length, 1);
      for await (const event of store.watch({ from: 0 })) if (event.type === "bookmark") break;
      assert.equal(store.stats().watchers, 0);
    });

    test("from a revision to come begin behind it", async (store) => {
      const first = await put(store, "a", "one");
      const watch = store.watch({ from: first + 1 })[Symbol.asyncIterator]();
      const next = nextCommit(watch);
      await put(store, "a", "two");
      const third = await put(store, "a", "three");
      assert.equal((await next)?.revision, third);
      await watch.return?.();
    });

    test("from a compacted revision are refused, from its end they are not", async (store) => {
      await put(store, "a", "one");
      const second = await put(store, "a", "two");
      const third = await put(store, "b", "three");
      await store.compact(second);
      assert.equal(store.stats().compactedRevision, second);
      await assert.rejects(readUntilBookmark(store, { from: second - 1 }), (error) =>
        Problem.is(error, "revision_compacted"),
      );
      const [event] = await readUntilBookmark(store, { from: second });
      assert.equal(event?.revision, third);
      assert.equal(store.get(WIDGET, "a")?.value.name, "two");
    });

    test("cut a reader off that falls behind, and tell it where to resume", async (store) => {
      const watch = store.watch({ from: store.revision, capacity: 4 })[Symbol.asyncIterator]();
      await watch.next();
      const first = await put(store, "a", "0");
      assert.equal((await nextCommit(watch))?.revision, first);
      for (let n = 1; n <= 6; n++) await put(store, "a", `${n}`);
      await assert.rejects(drain(watch), (error) => {
        assert.ok(Problem.is(error, "reader_too_slow"));
        assert.match(error.message, new RegExp(`\\b${first}\\b`));
        return true;
      });
      const resumed = await readUntilBookmark(store, { from: first, capacity: 4 });
      assert.equal(resumed.filter(({ type }) => type === "commit").length, 6);
    });

    test("are refused once the store is closed, wherever they begin", async (store) => {
      await put(store, "a", "one");
      await store.close();
      const isClosed = (error: unknown): boolean => Problem.is(error, "unavailable");
      await assert.rejects(readUntilBookmark(store, { from: 0 }), isClosed);
      await assert.rejects(readUntilBookmark(store, { from: store.revision }), isClosed);
      await assert.rejects(readUntilBookmark(store, { from: store.revision + 1 }), isClosed);
    });

    test("show nothing that reads do not show yet", async (store) => {
      const watch = store.watch({ from: 0 })[Symbol.asyncIterator]();
      const writes = Array.from({ length: 20 }, (_, n) => put(store, `w-${n}`, "x"));
      for (let seen = 0; seen < writes.length; ) {
        const { value: event } = await watch.next();
        assert.ok(event !== undefined && event.revision <= store.revision);
        if (event.type === "commit") seen += 1;
      }
      await Promise.all(writes);
      await watch.return?.();
    });
  });
}

async function put(store: Store, id: string, name: string): Promise<number> {
  const { revision } = await store.transact((tx) => {
    if (tx.get(WIDGET, id) === undefined) tx.create(WIDGET, id, { name });
    else tx.update(WIDGET, id, { name });
  });
  return revision;
}

async function readUntilBookmark(store: Store, options: WatchOptions): Promise<WatchEvent[]> {
  const events: WatchEvent[] = [];
  for await (const event of store.watch(options)) {
    events.push(event);
    if (event.type === "bookmark") break;
  }
  return events;
}

async function nextCommit(watch: AsyncIterator<WatchEvent>): Promise<WatchEvent | undefined> {
  for (;;) {
    const { value, done } = await watch.next();
    if (done === true) return undefined;
    if (value.type === "commit") return value;
  }
}

async function drain(watch: AsyncIterator<WatchEvent>): Promise<void> {
  while ((await watch.next()).done !== true);
}
