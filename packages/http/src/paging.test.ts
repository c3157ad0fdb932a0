import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import fc from "fast-check";
import { decodeCursor, encodeCursor, pageRequest } from "./paging.ts";

test("a cursor leads back to its position", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 256 }), (position) => {
      const decoded = decodeCursor(encodeCursor(position));
      assert.deepEqual(
        decoded,
        /^[\x20-\x7e]+$/.test(position) ? { ok: true, value: position } : decoded,
      );
    }),
    { seed: 1 },
  );
});

test("foreign cursors are refused, never misread", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const decoded = decodeCursor(text);
      if (decoded.ok) assert.equal(encodeCursor(decoded.value), text);
    }),
    { seed: 2 },
  );
  assert.throws(
    () => pageRequest({ limit: 5, cursor: "nonsense" }),
    (error) => Problem.is(error, "invalid_request") && error.faults[0]?.pointer === "/query/cursor",
  );
});

test("a page request has the limit and the position", () => {
  assert.deepEqual(pageRequest({}), { limit: undefined, after: undefined });
  const cursor = encodeCursor("abc");
  assert.deepEqual(pageRequest({ limit: 5, cursor }), { limit: 5, after: "abc" });
});
