import assert from "node:assert/strict";
import { test } from "node:test";
import { breaches, type Layers } from "./layers.ts";

const layers: Layers = {
  packages: { testing: [], base: [], store: ["base"], app: ["base", "store"] },
  onlyForTests: ["testing"],
  inside: { app: { model: [], api: ["model"] } },
  onlyIn: { "process.env": ["packages/app/src/config"] },
};

test("a package imports what stands above it, and itself by name", () => {
  assert.deepEqual(breaches(layers, "packages/store/src/a.ts", 'import "@signalbox/base";'), []);
  assert.deepEqual(breaches(layers, "packages/store/src/a.ts", 'import "@signalbox/store/x";'), []);
});

test("an import upwards names both ends", () => {
  assert.deepEqual(
    breaches(layers, "packages/base/src/a.ts", 'import type { S } from "@signalbox/store";'),
    ["packages/base/src/a.ts -> @signalbox/store: base may not import store"],
  );
});

test("what is only for tests is imported by them alone", () => {
  const source = 'import { until } from "@signalbox/testing";';
  assert.deepEqual(breaches(layers, "packages/base/src/a.test.ts", source), []);
  assert.deepEqual(breaches(layers, "packages/base/src/testing/rig.ts", source), []);
  assert.deepEqual(breaches(layers, "packages/base/src/a.ts", source), [
    "packages/base/src/a.ts -> @signalbox/testing: testing is only for tests",
  ]);
});

test("a dynamic import counts", () => {
  assert.equal(
    breaches(layers, "packages/base/src/a.ts", 'await import("@signalbox/store")').length,
    1,
  );
});

test("a relative import may not leave its package", () => {
  assert.deepEqual(breaches(layers, "packages/store/src/a.ts", 'from "../../base/src/b.ts"'), [
    "packages/store/src/a.ts -> ../../base/src/b.ts: leaves the package store",
  ]);
});

test("folders of the application keep their order; tests may reach anything", () => {
  const source = 'import { x } from "../api/x.ts";';
  assert.deepEqual(breaches(layers, "packages/app/src/model/m.ts", source), [
    "packages/app/src/model/m.ts -> ../api/x.ts: model may not import api",
  ]);
  assert.deepEqual(breaches(layers, "packages/app/src/model/m.test.ts", source), []);
  assert.deepEqual(breaches(layers, "packages/app/src/wire.ts", 'from "./api/x.ts"'), []);
});

test("text that belongs to one place is found elsewhere", () => {
  assert.equal(breaches(layers, "packages/app/src/api/a.ts", "process.env").length, 1);
  assert.equal(breaches(layers, "packages/app/src/config.ts", "process.env").length, 0);
});
