import assert from "node:assert/strict";
import { test } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { compareBytes } from "./compare-bytes.ts";

test("orders as UTF-8 bytes do", () => {
  const text = anyText();
  fc.assert(
    fc.property(text, text, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      assert.equal(Math.sign(compareBytes(a, b)), expected);
    }),
    { seed: 1 },
  );
  assert.ok(compareBytes("\u{1f600}", "\uffee") > 0);
});
