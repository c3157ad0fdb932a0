import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  findForeignReference,
  parseQcow2VirtualBytes,
  readQcow2VirtualBytes,
} from "./qcow2-header.ts";

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

function headerOfVersion(
  version: number,
  fields: { backing?: bigint; incompatible?: bigint },
): Buffer {
  const buffer = Buffer.alloc(112);
  header(1n).copy(buffer);
  buffer.writeUInt32BE(version, 4);
  buffer.writeBigUInt64BE(fields.backing ?? 0n, 8);
  buffer.writeBigUInt64BE(fields.incompatible ?? 0n, 72);
  return buffer;
}

test("finds that an image names other files", () => {
  assert.match(findForeignReference(headerOfVersion(2, { backing: 72n })) ?? "", /backing file/);
  assert.match(findForeignReference(headerOfVersion(3, { backing: 1n })) ?? "", /backing file/);
  assert.match(
    findForeignReference(headerOfVersion(3, { incompatible: 4n })) ?? "",
    /another file/,
  );
  assert.match(
    findForeignReference(headerOfVersion(9, { incompatible: 7n })) ?? "",
    /another file/,
  );
  // Version 2 ends before that field; dirty and corrupt bits are qemu-img's affair.
  assert.equal(findForeignReference(headerOfVersion(2, { incompatible: 4n })), undefined);
  assert.equal(findForeignReference(headerOfVersion(3, { incompatible: 3n })), undefined);
});

test("no bytes throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 96 }), (bytes) => {
      assert.equal(typeof parseQcow2VirtualBytes(Buffer.from(bytes)).ok, "boolean");
      findForeignReference(Buffer.from(bytes));
    }),
    { seed: 6 },
  );
});
