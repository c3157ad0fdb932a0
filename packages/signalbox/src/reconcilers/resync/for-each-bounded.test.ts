import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { forEachBounded } from "./for-each-bounded.ts";

const items = Array.from({ length: 1_000 }, (_, index) => index);

describe("forEachBounded", () => {
  it("works on each item once, on no more at a time than it may", async () => {
    const done = new Set<number>();
    let atOnce = 0;
    let most = 0;
    await forEachBounded(items, 8, async (item) => {
      most = Math.max(most, ++atOnce);
      await turn();
      atOnce--;
      done.add(item);
    });
    assert.equal(done.size, items.length);
    assert.equal(most, 8);
  });

  it("gives way to other work though none of its own waits", async () => {
    let given = 0;
    const over = new AbortController();
    const others = (async () => {
      while (!over.signal.aborted) {
        await turn();
        given++;
      }
    })();
    await forEachBounded(items, 8, () => Promise.resolve());
    over.abort();
    await others;
    assert.ok(given >= 5, `${given} turns`);
  });

  it("fails as its work does", async () => {
    const fault = new Error("no");
    await assert.rejects(
      forEachBounded(items, 8, (item) =>
        item === 500 ? Promise.reject(fault) : Promise.resolve(),
      ),
      (error) => error === fault,
    );
  });
});
