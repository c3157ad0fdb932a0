import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { appended } from "./appended.ts";

test("a text that grew: what came", () => {
  assert.equal(appended("", "boot\n"), "boot\n");
  assert.equal(appended("boot\n", "boot\nlogin:"), "login:");
  assert.equal(appended("boot\n", "boot\n"), "");
});

test("a text whose beginning was dropped: what came after what is left", () => {
  const before = `${"x".repeat(3000)}${"y".repeat(2500)}z`;
  assert.equal(appended(before, `${before.slice(1000)}more`), "more");
});

test("another text: all of it", () => {
  assert.equal(appended("first boot\n", "second boot\n"), "second boot\n");
});

test("pieces put together are the text, whatever it is", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }), (pieces) => {
      let seen = "";
      let said = "";
      for (const piece of pieces) {
        const now = seen + piece;
        said += appended(seen, now);
        seen = now;
      }
      assert.equal(said, pieces.join(""));
    }),
    { seed: 85 },
  );
});
