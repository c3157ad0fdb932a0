import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeLines } from "./node-lines.ts";

test("lines come whole, however they are cut", () => {
  const lines = new NodeLines(true);
  const bytes = Buffer.from("grüße\nnext");
  // In the middle of a letter.
  assert.equal(lines.push("a", bytes.subarray(0, 3)), "");
  assert.equal(lines.push("b", Buffer.from("other\n")), "b: other\n");
  assert.equal(lines.push("a", bytes.subarray(3)), "a: grüße\n");
  assert.equal(lines.end(), "a: next\n");
  assert.equal(lines.end(), "");
});

test("a line without an end is cut, and its machine costs no more memory", () => {
  const lines = new NodeLines(false);
  const piece = Buffer.alloc(40 * 1024, "x");
  assert.equal(lines.push("a", piece), "");
  assert.equal(lines.push("a", piece).length, 80 * 1024 + 1);
  assert.equal(lines.end(), "");
});

test("what machines write cannot move the cursor, in names neither", () => {
  const lines = new NodeLines(true);
  assert.equal(lines.push("a\u001b[A", Buffer.from("\u001b[2Jx\r\n")), "a?[A: ?[2Jx\n");
});
