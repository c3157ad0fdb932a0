import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { DueHeap, type DueNode } from "./due-heap.ts";

describe("DueHeap", () => {
  it("gives items in the order in which they fall due, ties first come first served", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (dues) => {
        const heap = new DueHeap<number>();
        dues.forEach((dueMs, item) => heap.push(item, dueMs));
        const expected = dues
          .map((dueMs, item) => ({ dueMs, item }))
          .sort((a, b) => a.dueMs - b.dueMs || a.item - b.item);
        assert.deepEqual(drain(heap), expected);
      }),
      { seed: 1 },
    );
  });

  it("keeps its order when any node is taken out", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.boolean())), (rows) => {
        const heap = new DueHeap<number>();
        const nodes = rows.map(([dueMs], item) => heap.push(item, dueMs));
        rows.forEach(([, goes], item) => {
          if (goes) heap.remove(nodes[item] as DueNode<number>);
        });
        const expected = rows
          .map(([dueMs, goes], item) => ({ dueMs, item, goes }))
          .filter(({ goes }) => !goes)
          .sort((a, b) => a.dueMs - b.dueMs || a.item - b.item)
          .map(({ dueMs, item }) => ({ dueMs, item }));
        assert.equal(heap.size, expected.length);
        assert.deepEqual(drain(heap), expected);
      }),
      { seed: 2 },
    );
  });
});

function drain(heap: DueHeap<number>): { dueMs: number; item: number }[] {
  const out: { dueMs: number; item: number }[] = [];
  for (let node = heap.peek(); node !== undefined; node = heap.peek()) {
    heap.remove(node);
    out.push({ dueMs: node.dueMs, item: node.item });
  }
  return out;
}
