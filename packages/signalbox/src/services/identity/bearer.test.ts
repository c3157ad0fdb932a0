import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "@signalbox/base";
import fc from "fast-check";
import { parseBearer } from "./bearer.ts";
import { hashesAreEqual, hashToken, newToken, parseTokenId } from "./token.ts";

test("a bearer header is exactly two words, the scheme in any case", () => {
  for (const header of ["Bearer abc", "bearer abc", "BEARER abc"]) {
    assert.deepEqual(parseBearer(header), { ok: true, value: "abc" });
  }
  for (const header of ["", "Bearer", "Bearer ", "Bearer  abc", "Bearer a b", "Basic abc", "abc"]) {
    assert.equal(parseBearer(header).ok, false, JSON.stringify(header));
  }
});

test("a token's id can be read from it, and its hash is of the whole", () => {
  const token = newToken(seededRandom(1));
  assert.deepEqual(parseTokenId(token.text), { ok: true, value: token.id });
  assert.equal(token.hash, hashToken(token.text));
  assert.equal(hashesAreEqual(token.hash, hashToken(`${token.text.slice(0, -1)}_`)), false);
  assert.equal(hashesAreEqual(token.hash, ""), false);
});

test("no text makes the parsers throw", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      parseBearer(text);
      return !parseTokenId(text).ok;
    }),
    { seed: 31 },
  );
});
