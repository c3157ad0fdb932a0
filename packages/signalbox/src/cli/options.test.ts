import assert from "node:assert/strict";
import { test } from "node:test";
import { metadataBody, parseDuration } from "./options.ts";

test("durations carry a unit", () => {
  assert.equal(parseDuration("90s"), 90_000);
  assert.equal(parseDuration("1.5m"), 90_000);
  assert.equal(parseDuration("250ms"), 250);
  for (const text of ["", "90", "s", "1d", "-1s"]) {
    assert.throws(() => parseDuration(text), /with a unit/);
  }
});

test("a tag is split at its first equals sign", () => {
  assert.deepEqual(metadataBody("n", { tag: ["a=b=c"] }), {
    name: "n",
    tags: [{ name: "a", value: "b=c" }],
  });
});
