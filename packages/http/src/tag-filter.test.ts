import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { matchesTags, parseTagFilter, tagFilters } from "./tag-filter.ts";

test("the first equals sign ends the name", () => {
  assert.deepEqual(parseTagFilter("a=b=c"), { ok: true, value: { name: "a", value: "b=c" } });
  assert.deepEqual(parseTagFilter("a="), { ok: true, value: { name: "a", value: "" } });
  assert.equal(parseTagFilter("a").ok, false);
  assert.equal(parseTagFilter("=a").ok, false);
});

test("a malformed filter is a 400 that names its place", () => {
  assert.throws(
    () => tagFilters(["a=b", "nonsense"]),
    (error) => Problem.is(error, "invalid_request") && error.faults[0]?.pointer === "/query/tag/1",
  );
});

test("all filters must meet", () => {
  const tags = [
    { name: "a", value: "1" },
    { name: "b", value: "2" },
  ];
  assert.equal(matchesTags(tags, tagFilters(undefined)), true);
  assert.equal(matchesTags(tags, tagFilters(["a=1", "b=2"])), true);
  assert.equal(matchesTags(tags, tagFilters(["a=1", "b=3"])), false);
});
