import assert from "node:assert/strict";
import { test } from "node:test";
import { lastLines } from "./last-lines.ts";

test("the last lines, whether or not the text ends with one", () => {
  for (const end of ["", "\n"]) {
    const text = `one\ntwo\nthree${end}`;
    assert.equal(lastLines(text, undefined), text);
    assert.equal(lastLines(text, 0), "");
    assert.equal(lastLines(text, 1), `three${end}`);
    assert.equal(lastLines(text, 2), `two\nthree${end}`);
    assert.equal(lastLines(text, 3), text);
    assert.equal(lastLines(text, 99), text);
  }
  assert.equal(lastLines("", 3), "");
  assert.equal(lastLines("\n\n\n", 2), "\n\n");
});
