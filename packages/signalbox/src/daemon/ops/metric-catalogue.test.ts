import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { metricCatalogue } from "./metric-catalogue.ts";
import { metricReference } from "./metric-reference.ts";

const ALL = metricCatalogue().flatMap(({ metrics }) => metrics);

test("docs/metrics.md is what the parts declare", () => {
  const path = new URL("../../../../../docs/metrics.md", import.meta.url);
  assert.equal(readFileSync(path, "utf8"), metricReference());
});

test("every name is one part's alone, and follows Prometheus' conventions", () => {
  const names = ALL.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, kind, help, labels } of ALL) {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.match(help, /^[A-Z0-9].*\.$/, name);
    assert.equal(name.endsWith("_total"), kind === "counter", name);
    assert.doesNotMatch(name, /_(ms|millis|milliseconds|kb|mb|percent)(_|$)/);
    for (const label of labels) assert.match(label, /^(?!le$|quantile$|__)[a-z][a-z_]*$/);
  }
});
