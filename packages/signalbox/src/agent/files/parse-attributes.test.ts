import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAttributes } from "./parse-attributes.ts";

test("files with their attributes, and what is written in octal", () => {
  const output = [
    "# file: /a",
    "user.empty=0x",
    "user.none",
    "user.foo=0x68656c6c6f",
    "",
    "# file: /b\\134c\\012d",
    "user.a b\\075c=0x00ff",
    "",
    "# file: /\u00c3\u00bc",
    "",
  ].join("\n");
  const found = parseAttributes(Buffer.from(output, "latin1"));
  assert.deepEqual(
    [...found],
    [
      [
        "/a",
        [
          { name: "user.empty", data: Buffer.of() },
          { name: "user.none", data: Buffer.of() },
          { name: "user.foo", data: Buffer.from("hello") },
        ],
      ],
      ["/b\\c\nd", [{ name: "user.a b=c", data: Buffer.of(0, 255) }]],
      [Buffer.from("/ü").toString("latin1"), []],
    ],
  );
});

test("no output makes it throw", () => {
  const part = fc.constantFrom("# file: ", "/a", "user.x", "=0x", "ff", "f", "\n", "\\134", "\\9");
  const text = fc.array(fc.oneof(part, fc.string())).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (output) => {
      for (const attributes of parseAttributes(Buffer.from(output)).values()) {
        assert.ok(attributes.every(({ name }) => name !== ""));
      }
    }),
    { seed: 71, numRuns: 1000 },
  );
});
