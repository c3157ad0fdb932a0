import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { OrderedIds } from "./ordered-ids.ts";

const id = fc.integer({ min: 0, max: 3000 }).map((n) => `id-${n}`);
const step = fc.record({ id, add: fc.boolean() });

describe("OrderedIds", () => {
  it("is a sorted set, whatever is added and deleted", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), id, (steps, after) => {
        const ids = new OrderedIds();
        const model = new Set<string>();
        for (const { id, add } of steps) {
          if (add) {
            ids.add(id);
            model.add(id);
          } else {
            ids.delete(id);
            model.delete(id);
          }
        }
        const sorted = [...model].sort();
        assert.equal(ids.size, sorted.length);
        assert.deepEqual([...ids.from()], sorted);
        assert.deepEqual(
          [...ids.from(after)],
          sorted.filter((one) => one > after),
        );
      }),
      { seed: 1 },
    );
  });

  it("stays in order over many chunks", () => {
    const ids = new OrderedIds();
    const all = Array.from({ length: 5000 }, (_, n) => `id-${(n * 2_654_435_761) % 2 ** 32}`);
    for (const one of all) ids.add(one);
    const sorted = [...all].sort();
    assert.deepEqual([...ids.from()], sorted);
    for (const at of [0, 511, 512, 2500, 4998, 4999]) {
      assert.deepEqual([...ids.from(sorted[at])], sorted.slice(at + 1));
    }
    for (const one of sorted.slice(0, 4990)) ids.delete(one);
    assert.deepEqual([...ids.from()], sorted.slice(4990));
  });

  it("has nothing behind an id when it is empty", () => {
    assert.deepEqual([...new OrderedIds().from("x")], []);
  });
});
