import assert from "node:assert/strict";
import { test } from "node:test";
import { metadataBody, parseCount, parseDuration, parseTag } from "./options.ts";

test("durations carry a unit", () => {
  assert.equal(parseDuration("90s"), 90_000);
  assert.equal(parseDuration("1.5m"), 90_000);
  assert.equal(parseDuration("250ms"), 250);
  assert.equal(parseDuration("30d"), 30 * 86_400_000);
  for (const text of ["", "90", "s", "1w", "-1s"]) {
    assert.throws(() => parseDuration(text), /with a unit/);
  }
});

test("a tag is split at its first equals sign", () => {
  assert.deepEqual(metadataBody("n", { tag: ["a=b=c"] }), {
    name: "n",
    tags: [{ name: "a", value: "b=c" }],
  });
});

test("a tag has a name and an equals sign; its value may be empty", () => {
  for (const text of ["a=b", "a=", "a=b=c"]) assert.equal(parseTag(text), text);
  for (const text of ["", "a", "=b"]) assert.throws(() => parseTag(text), /name=value/);
});

test("a count is a whole number", () => {
  assert.equal(parseCount("0"), 0);
  assert.equal(parseCount("200"), 200);
  for (const text of ["", "-1", "1.5", "1e3", "x"]) {
    assert.throws(() => parseCount(text), /whole number/);
  }
});
