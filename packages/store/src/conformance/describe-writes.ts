import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem, type ProblemCode } from "@signalbox/base";
import type { Store } from "../store.ts";
import { type CreateHarness, GADGET, WIDGET, type Widget, withStore } from "./harness.ts";

/** Transactions: what they see, what they leave, what they refuse. */
export function describeWrites(createHarness: CreateHarness): void {
  const test = (name: string, use: (store: Store) => Promise<void>): void => {
    it(name, () => withStore(createHarness, use));
  };

  describe("transactions", () => {
    test("create, update and delete show in reads at their revision", async (store) => {
      const created = await store.transact((tx) => tx.create(WIDGET, "a", { name: "one" }));
      assert.equal(store.revision, created.revision);
      assert.deepEqual(store.get(WIDGET, "a"), {
        kind: "widget",
        id: "a",
        value: { name: "one" },
        revision: created.revision,
        createdRevision: created.revision,
      });

      const updated = await store.transact((tx) => tx.update(WIDGET, "a", { name: "two" }));
      assert.ok(updated.revision > created.revision);
      assert.deepEqual(store.get(WIDGET, "a"), {
        kind: "widget",
        id: "a",
        value: { name: "two" },
        revision: updated.revision,
        createdRevision: created.revision,
      });

      await store.transact((tx) => tx.delete(WIDGET, "a"));
      assert.equal(store.get(WIDGET, "a"), undefined);
      assert.deepEqual(store.list(WIDGET).items, []);
    });

    test("writes of one body share one revision across kinds", async (store) => {
      const { revision } = await store.transact((tx) => {
        tx.create(WIDGET, "a", { name: "a" });
        tx.create(GADGET, "g", { widgetId: "a", count: 1 });
      });
      assert.equal(store.get(WIDGET, "a")?.revision, revision);
      assert.equal(store.get(GADGET, "g")?.revision, revision);
    });

    test("a body sees its own writes, in lists by index too", async (store) => {
      await store.transact((tx) => {
        tx.create(WIDGET, "a", { name: "a", color: "red" });
        tx.create(WIDGET, "b", { name: "b", color: "red" });
      });
      const { result } = await store.transact((tx) => {
        tx.update(WIDGET, "a", { name: "a", color: "blue" });
        tx.create(WIDGET, "c", { name: "c", color: "red" });
        tx.delete(WIDGET, "b");
        const ids = (color: string): string[] =>
          tx.list(WIDGET, { index: { name: "color", value: color } }).items.map(({ id }) => id);
        return { red: ids("red"), blue: ids("blue"), gone: tx.get(WIDGET, "b") };
      });
      assert.deepEqual(result, { red: ["c"], blue: ["a"], gone: undefined });
    });

    test("a body that throws leaves nothing", async (store) => {
      const before = store.revision;
      const failure = new Error("on purpose");
      const write = store.transact((tx) => {
        tx.create(WIDGET, "a", { name: "a" });
        throw failure;
      });
      await assert.rejects(write, failure);
      assert.equal(store.get(WIDGET, "a"), undefined);
      assert.equal(store.revision, before);
    });

    test("bodies of one turn see each other's writes in order", async (store) => {
      const increment = (): Promise<unknown> =>
        store.transact((tx) => {
          const count = tx.get(WIDGET, "counter")?.value.count ?? 0;
          const value: Widget = { name: "counter", count: count + 1 };
          if (count === 0) tx.create(WIDGET, "counter", value);
          else tx.update(WIDGET, "counter", value);
        });
      await Promise.all(Array.from({ length: 200 }, increment));
      assert.equal(store.get(WIDGET, "counter")?.value.count, 200);
    });

    test("a failed body among others takes nothing of theirs along", async (store) => {
      const outcomes = await Promise.allSettled([
        store.transact((tx) => tx.create(WIDGET, "a", { name: "first" })),
        store.transact((tx) => {
          tx.create(WIDGET, "b", { name: "b" });
          tx.create(WIDGET, "a", { name: "second" });
        }),
        store.transact((tx) => tx.create(WIDGET, "c", { name: "c" })),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      assert.deepEqual(
        store.list(WIDGET).items.map(({ id }) => id),
        ["a", "c"],
      );
    });

    test("a body that writes nothing, or nothing that lasts, makes no revision", async (store) => {
      const { revision } = await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
      const read = await store.transact((tx) => tx.get(WIDGET, "a")?.value.name);
      assert.deepEqual(read, { revision, result: "a" });
      const undone = await store.transact((tx) => {
        tx.create(WIDGET, "b", { name: "b" });
        tx.delete(WIDGET, "b");
      });
      assert.equal(undone.revision, revision);
      assert.equal(store.revision, revision);
    });

    test("refusals have their codes", async (store) => {
      const { revision } = await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
      const value = { name: "x" };
      const refuses = (code: ProblemCode, body: Parameters<Store["transact"]>[0]): Promise<void> =>
        assert.rejects(store.transact(body), (error) => Problem.is(error, code));

      await refuses("already_exists", (tx) => tx.create(WIDGET, "a", value));
      await refuses("not_found", (tx) => tx.update(WIDGET, "b", value));
      await refuses("not_found", (tx) => tx.delete(WIDGET, "b"));
      await refuses("precondition_failed", (tx) => tx.update(WIDGET, "a", value, revision - 1));
      await refuses("precondition_failed", (tx) => tx.delete(WIDGET, "a", revision + 1));
      await refuses("invalid_request", (tx) => tx.create(WIDGET, "", value));
      await refuses("invalid_request", (tx) => tx.create(WIDGET, "a b", value));
      await store.transact((tx) => tx.update(WIDGET, "a", value, revision));
    });

    test("only one of several writers with the same expected revision wins", async (store) => {
      const { revision } = await store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }));
      const outcomes = await Promise.allSettled(
        ["b", "c", "d"].map((name) =>
          store.transact((tx) => tx.update(WIDGET, "a", { name }, revision)),
        ),
      );
      const won = outcomes.filter(({ status }) => status === "fulfilled");
      assert.equal(won.length, 1);
    });

    test("values are frozen copies of plain JSON", async (store) => {
      const tags = ["x"];
      const given: Widget = { name: "a", tags };
      await store.transact((tx) => tx.create(WIDGET, "a", given));
      tags.push("y");
      const value = store.get(WIDGET, "a")?.value;
      assert.deepEqual(value, { name: "a", tags: ["x"] });
      assert.ok(Object.isFrozen(value) && Object.isFrozen(value?.tags));
      const date = { name: new Date(0) } as unknown as Widget;
      await assert.rejects(
        store.transact((tx) => tx.update(WIDGET, "a", date)),
        TypeError,
      );
    });

    test("an aborted signal gives a transaction up before it begins", async (store) => {
      const reason = new Error("no longer wanted");
      const write = store.transact((tx) => tx.create(WIDGET, "a", { name: "a" }), {
        signal: AbortSignal.abort(reason),
      });
      await assert.rejects(write, reason);
      assert.equal(store.get(WIDGET, "a"), undefined);
    });

    test("a transaction is of no use after its body", async (store) => {
      const { result: tx } = await store.transact((tx) => tx);
      assert.throws(() => tx.create(WIDGET, "a", { name: "a" }), TypeError);
      await assert.rejects(
        store.transact(async (tx) => tx.create(WIDGET, "b", { name: "b" })),
        TypeError,
      );
      assert.equal(store.get(WIDGET, "b"), undefined);
    });
  });
}
