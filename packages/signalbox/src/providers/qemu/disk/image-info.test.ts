import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseForeignImageInfo } from "./image-info.ts";

const REPORT = {
  "virtual-size": 1_048_576,
  format: "qcow2",
  "format-specific": { type: "qcow2", data: { compat: "1.1", corrupt: false } },
};

const parse = (changes: object) =>
  parseForeignImageInfo(JSON.stringify({ ...REPORT, ...changes }), "qcow2");
const specific = (data: object) => ({ "format-specific": { type: "qcow2", data } });

test("takes an image that stands alone", () => {
  assert.deepEqual(parse({}), { ok: true, value: { format: "qcow2", virtualBytes: 1_048_576 } });
});

const REFUSED: readonly [string, object, RegExp][] = [
  ["another format", { format: "vmdk" }, /not in qcow2 format/],
  ["a backing file", { "backing-filename": "/etc/hostname" }, /backing file/],
  ["a resolved backing file", { "full-backing-filename": "/etc/hostname" }, /backing file/],
  ["a data file", specific({ "data-file": "/etc/hostname" }), /in another file/],
  ["a raw data file", specific({ "data-file-raw": true }), /in another file/],
  ["encryption", { encrypted: true }, /encrypted/],
  ["a mark of corruption", specific({ corrupt: true }), /corrupt/],
  ["no size", { "virtual-size": 0 }, /no size/],
  ["an impossible size", { "virtual-size": 1e30 }, /no size/],
];

for (const [what, changes, message] of REFUSED) {
  test(`refuses ${what}`, () => {
    const result = parse(changes);
    assert.equal(result.ok, false);
    assert.match(result.error, message);
  });
}

test("no report throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (report) => {
      assert.equal(typeof parseForeignImageInfo(report, "raw").ok, "boolean");
    }),
    { seed: 3 },
  );
});
