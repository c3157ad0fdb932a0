import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQcow2VirtualBytes, readQcow2VirtualBytes } from "./qcow2-header.ts";

function header(bytes: bigint): Buffer {
  const buffer = Buffer.alloc(32);
  buffer.write("QFI\xfb", "latin1");
  buffer.writeBigUInt64BE(bytes, 24);
  return buffer;
}

test("reads the size of the disk", () => {
  assert.deepEqual(parseQcow2VirtualBytes(header(268_435_456n)), { ok: true, value: 268_435_456 });
});

test("refuses what is no such header", () => {
  assert.equal(parseQcow2VirtualBytes(header(1n << 60n)).ok, false);
  assert.equal(parseQcow2VirtualBytes(Buffer.alloc(32)).ok, false);
  assert.equal(parseQcow2VirtualBytes(header(1n).subarray(0, 31)).ok, false);
  assert.equal(readQcow2VirtualBytes("/nowhere/at/all").ok, false);
});

test("no bytes throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      assert.equal(typeof parseQcow2VirtualBytes(Buffer.from(bytes)).ok, "boolean");
    }),
    { seed: 6 },
  );
});
