import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { anyText } from "@signalbox/testing";
import fc from "fast-check";
import { parseReference } from "./reference.ts";

describe("parseReference", () => {
  for (const segment of ["stores.example.org/one", "stores.example.org%2Fone", "one"]) {
    it(`takes ${segment}`, () => {
      assert.deepEqual(parseReference(segment), {
        ok: true,
        value: segment.replace("%2F", "/"),
      });
    });
  }

  for (const segment of [
    "",
    "/",
    "a/",
    "/a",
    "a/b/c",
    "A/b",
    "a b",
    "%",
    "%2F",
    "a/-b",
    "a..b/c",
  ]) {
    it(`refuses ${JSON.stringify(segment)}`, () => {
      assert.equal(parseReference(segment).ok, false);
    });
  }

  it("answers a value or a reason for any text", () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const result = parseReference(text);
        if (result.ok) assert.deepEqual(parseReference(result.value), result);
      }),
      { seed: 41, numRuns: 1_000 },
    );
  });
});
