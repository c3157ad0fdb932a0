import assert from "node:assert/strict";
import { test } from "node:test";
import { attributeText, labelPairs } from "./attributes.ts";

// biome-ignore format: a table
const TEXTS: readonly [value: unknown, text: string][] = [
  ["as is", "as is"], [true, "true"], [false, "false"], [42, "42"], [-7n, "-7"], [1_000_000, "1000000"],
  [0.5, "0.5"], [1e-7, "1e-07"], [null, "<nil>"], [undefined, "<nil>"], [new Error("broken"), "broken"],
  [["a", "b"], "[a b]"], [{ b: 1, a: 2 }, "map[a:2 b:1]"], [new Map([["b", 1], ["a", 2]]), "map[a:2 b:1]"],
  [[], "[]"], [{}, "map[]"],
];

for (const [value, text] of TEXTS) {
  test(`the text of an attribute: ${text} (ops §2)`, () =>
    assert.equal(attributeText(value), text));
}

test("attributes are sorted by key, and the last of one key wins", () => {
  assert.deepEqual(labelPairs({ b: 1, a: 2 }), [
    ["a", "2"],
    ["b", "1"],
  ]);
  assert.deepEqual(
    labelPairs([
      ["k", "first"],
      ["k", "last"],
    ]),
    [["k", "last"]],
  );
});

test("what is no Unicode is replaced", () => {
  assert.deepEqual(labelPairs({ k: "a\ud800b" }), [["k", "a\ufffdb"]]);
});
