import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAccelerationRecord } from "./acceleration-record.ts";

test("reads what a trial found", () => {
  const record = { acceleration: "tcg", message: "why", subject: "boot kernel version" };
  assert.deepEqual(parseAccelerationRecord(JSON.stringify(record)), { ok: true, value: record });
  for (const broken of [{ ...record, acceleration: "hax" }, { acceleration: "kvm" }, null]) {
    assert.equal(parseAccelerationRecord(JSON.stringify(broken)).ok, false);
  }
});

test("no text throws", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.equal(parseAccelerationRecord(text).ok, false);
    }),
    { seed: 10 },
  );
});
