import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CollectedReplies } from "./collected-replies.ts";

test("replies stand as they came, or as the nodes were named", () => {
  for (const [order, expected] of [
    ["arrival", "c1 a b c2 "],
    ["request", "a b c1 c2 "],
  ] as const) {
    const replies = new CollectedReplies(100, order, [0, 0, 0]);
    replies.add(2, Buffer.from("c1 "));
    replies.add(0, Buffer.from("a "));
    replies.add(1, Buffer.from("b "));
    replies.add(2, Buffer.from("c2 "));
    assert.equal(replies.join().toString(), expected);
  }
});

test("a reply that would leave no room for refusals does not fit", () => {
  const replies = new CollectedReplies(30, "arrival", [10, 10]);
  assert.equal(replies.add(0, Buffer.alloc(11)), false);
  assert.equal(replies.add(0, Buffer.alloc(10)), true);
  replies.settle(0);
  assert.equal(replies.add(1, Buffer.alloc(11)), false);
  replies.addRefusal(1, Buffer.alloc(10));
  assert.equal(replies.join().length, 20);
});

test("whatever nodes send, the whole is never longer than the budget", () => {
  const sent = fc.array(fc.tuple(fc.nat(4), fc.nat(60)), { maxLength: 30 });
  fc.assert(
    fc.property(sent, fc.integer({ min: 50, max: 200 }), (steps, maxBytes) => {
      const replies = new CollectedReplies(maxBytes, "request", [10, 10, 10, 10, 10]);
      const refused = new Set<number>();
      for (const [node, bytes] of steps) {
        if (refused.has(node)) continue;
        if (replies.add(node, Buffer.alloc(bytes))) continue;
        refused.add(node);
        replies.addRefusal(node, Buffer.alloc(10));
      }
      for (const node of [0, 1, 2, 3, 4]) {
        if (!refused.has(node)) replies.addRefusal(node, Buffer.alloc(10));
      }
      assert.ok(replies.join().length <= maxBytes);
      assert.equal(replies.join().length, replies.bytes);
    }),
    { seed: 5, numRuns: 1_000 },
  );
});
