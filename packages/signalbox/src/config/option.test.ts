import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTree } from "./check-tree.ts";
import { defaultsLayer } from "./config-layer.ts";
import { CONFIG_OPTIONS } from "./option.ts";

test("names are unique, and every option says what it is", () => {
  for (const name of ["key", "flag", "env"] as const) {
    const values = CONFIG_OPTIONS.map((option) => option[name]).filter((v) => v !== undefined);
    assert.equal(new Set(values).size, values.length, name);
  }
  for (const { key, flag, placeholder, env, schema } of CONFIG_OPTIONS) {
    assert.ok(schema.title && schema.description?.endsWith("."), key);
    assert.equal(flag === undefined, env === undefined, key);
    assert.equal(flag === undefined, placeholder === undefined, key);
    if (flag !== undefined) assert.match(flag, /^--[a-z]+(-[a-z]+)*$/);
  }
});

test("the defaults are valid themselves", () => {
  assert.deepEqual(checkTree(JSON.parse(JSON.stringify(defaultsLayer().tree))), []);
});
