import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineSplitter } from "./line-splitter.ts";

test("lines come out the same however the bytes are cut", () => {
  const line = fc.stringMatching(/^[a-zä€]{1,30}$/);
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(20)), (lines, cuts) => {
      const splitter = new LineSplitter(200);
      let rest = Buffer.from(lines.map((text) => `${text}\r\n`).join(""));
      const got: string[] = [];
      for (const size of [...cuts, rest.length]) {
        const result = splitter.push(rest.subarray(0, size));
        assert.ok(result.ok);
        got.push(...result.value);
        rest = rest.subarray(size);
      }
      assert.deepEqual(got, lines);
    }),
    { seed: 7 },
  );
});

test("a line without an end is refused at the limit, not kept", () => {
  const splitter = new LineSplitter(8);
  assert.equal(splitter.push(Buffer.from("12345678")).ok, true);
  assert.equal(splitter.push(Buffer.from("9")).ok, false);
});

test("the limit is a line's, not the stream's", () => {
  const splitter = new LineSplitter(4);
  assert.deepEqual(splitter.push(Buffer.from("1234\n5678\n\n9")), {
    ok: true,
    value: ["1234", "5678"],
  });
});
