import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeLabelName, escapeMetricName, type Escaping } from "./escape-name.ts";

// biome-ignore format: a table
const VECTORS: readonly [name: string, escaping: Escaping, escaped: string][] = [
  ["db.query_duration_seconds", "allow-utf-8", "db.query_duration_seconds"],
  ["db.query_duration_seconds", "underscores", "db_query_duration_seconds"],
  ["db.query_duration_seconds", "dots", "db_dot_query__duration__seconds"],
  ["db.query_duration_seconds", "values", "U__db_2e_query__duration__seconds"],
  ["legacy_name", "underscores", "legacy_name"],
  ["legacy_name", "dots", "legacy__name"],
  ["legacy_name", "values", "legacy_name"],
  ["1st", "underscores", "_st"],
  ["1st", "values", "U___31_st"],
  ["größe", "underscores", "gr__e"],
  ["größe", "values", "U__gr_f6__df_e"],
  ["😀", "values", "U___1f600_"],
  ["a b", "dots", "a__b"],
];

for (const [name, escaping, escaped] of VECTORS) {
  test(`${name} with ${escaping} is ${escaped} (ops §4.3)`, () => {
    assert.equal(escapeMetricName(name, escaping), escaped);
  });
}

test("a colon is for metrics, not for labels", () => {
  assert.equal(escapeMetricName("a:b", "underscores"), "a:b");
  assert.equal(escapeLabelName("a:b", "underscores"), "a_b");
});
