import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { configReference } from "./reference.ts";

test("docs/configuration.md is what the schema says", () => {
  const path = new URL("../../../../docs/configuration.md", import.meta.url);
  assert.equal(readFileSync(path, "utf8"), configReference());
});
