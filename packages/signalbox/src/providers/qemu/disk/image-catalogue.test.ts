import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatCatalogue, imageFileName, parseCatalogue } from "./image-catalogue.ts";

const digest = `sha256:${"ab".repeat(32)}`;

test("survives the way to disk and back", () => {
  const catalogue = new Map([["image-1", { digest, virtualBytes: 42 }]]);
  assert.deepEqual(parseCatalogue(formatCatalogue(catalogue)), { ok: true, value: catalogue });
});

test("one bad entry spoils it: guessing would lose images", () => {
  for (const entry of [null, {}, { digest: "sha256:../x", virtualBytes: 1 }, { digest }]) {
    const text = JSON.stringify({ version: 1, images: { a: entry } });
    assert.equal(parseCatalogue(text).ok, false, text);
  }
  assert.equal(parseCatalogue(JSON.stringify({ version: 2, images: {} })).ok, false);
});

test("no text throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.equal(typeof parseCatalogue(text).ok, "boolean");
    }),
    { seed: 5 },
  );
});

test("files are named after their content", () => {
  assert.equal(imageFileName(digest), `sha256-${"ab".repeat(32)}.qcow2`);
});
