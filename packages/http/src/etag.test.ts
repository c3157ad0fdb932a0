import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { assertIfMatch, etagOf } from "./etag.ts";

test("a matching, absent or wildcard If-Match lets the change through", () => {
  assertIfMatch(undefined, 7);
  assertIfMatch(["*"], 7);
  assertIfMatch(["6", "7"], 7);
  assert.equal(etagOf(7), '"7"');
});

test("another revision and a weak tag are 412", () => {
  const isPrecondition = (error: unknown): boolean => Problem.is(error, "precondition_failed");
  assert.throws(() => assertIfMatch(["6"], 7), isPrecondition);
  assert.throws(() => assertIfMatch(["W/7"], 7), isPrecondition);
  assert.throws(() => assertIfMatch([], 7), isPrecondition);
});
