import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type IsoFile, writeIsoImage } from "./iso-image.ts";

const SECTOR = 2048;

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly content: Buffer;
}

/** A reader written from ECMA-119 and the Joliet specification, not from the writer. */
function readTree(image: Buffer, joliet: boolean): readonly Entry[] {
  const descriptor = findDescriptor(image, joliet ? 2 : 1);
  const root = descriptor.subarray(156, 190);
  const directory = extentOf(image, root);
  const entries: Entry[] = [];
  for (let at = 0; at < directory.length && directory[at] !== 0; at += directory[at] ?? 0) {
    const record = directory.subarray(at, at + (directory[at] ?? 0));
    const identifier = Buffer.from(record.subarray(33, 33 + (record[32] ?? 0)));
    entries.push({
      name:
        joliet && identifier.length > 1
          ? identifier.swap16().toString("utf16le")
          : identifier.toString("latin1"),
      flags: record[25] ?? 0,
      content: extentOf(image, record),
    });
  }
  return entries;
}

function findDescriptor(image: Buffer, type: number): Buffer {
  for (let sector = 16; ; sector++) {
    const descriptor = image.subarray(sector * SECTOR, (sector + 1) * SECTOR);
    assert.equal(descriptor.toString("latin1", 1, 6), "CD001");
    if (descriptor[0] === type) return descriptor;
    assert.notEqual(descriptor[0], 255, `no descriptor of type ${type}`);
  }
}

function extentOf(image: Buffer, record: Buffer): Buffer {
  const start = record.readUInt32LE(2) * SECTOR;
  assert.equal(record.readUInt32BE(6) * SECTOR, start);
  const length = record.readUInt32LE(10);
  assert.equal(record.readUInt32BE(14), length);
  assert.ok(start + length <= image.length, "an extent lies within the volume");
  return image.subarray(start, start + length);
}

const files: readonly IsoFile[] = [
  { name: "empty", shortName: "EMPTY", content: Buffer.alloc(0) },
  { name: "one-sector", shortName: "ONE", content: Buffer.alloc(SECTOR, 7) },
  { name: "three bytes", shortName: "THREE", content: Buffer.from("abc") },
];

test("both trees hold every file, byte for byte", () => {
  const image = writeIsoImage({ volumeLabel: "cidata", files });
  const names = (joliet: boolean) => readTree(image, joliet).map(({ name }) => name);
  assert.deepEqual(names(true), ["\0", "\u0001", "empty", "one-sector", "three bytes"]);
  assert.deepEqual(names(false), ["\0", "\u0001", "EMPTY.;1", "ONE.;1", "THREE.;1"]);
  for (const joliet of [true, false]) {
    const contents = readTree(image, joliet).slice(2);
    contents.forEach(({ content }, index) => assert.deepEqual(content, files[index]?.content));
  }
});

test("a directory names itself and its parent first", () => {
  const image = writeIsoImage({ volumeLabel: "cidata", files });
  for (const joliet of [true, false]) {
    const [self, parent, ...rest] = readTree(image, joliet);
    assert.equal(self?.flags, 2);
    assert.deepEqual(parent?.content, self?.content);
    assert.ok(rest.every(({ flags }) => flags === 0));
  }
});

test("the label and the size stand in both descriptors", () => {
  const image = writeIsoImage({ volumeLabel: "cidata", files });
  assert.equal(findDescriptor(image, 1).toString("latin1", 40, 72).trim(), "cidata");
  const joliet = Buffer.from(findDescriptor(image, 2).subarray(40, 72)).swap16();
  assert.equal(joliet.toString("utf16le").trim(), "cidata");
  for (const type of [1, 2]) {
    assert.equal(findDescriptor(image, type).readUInt32LE(80) * SECTOR, image.length);
  }
});

test("files of any content come back, and equal inputs give equal bytes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 3 * SECTOR }), { maxLength: 6 }),
      (contents) => {
        const some = contents.map((content, index) => ({
          name: `file-${index}`,
          shortName: `FILE${index}`,
          content: Buffer.from(content),
        }));
        const image = writeIsoImage({ volumeLabel: "x", files: some });
        assert.deepEqual(
          readTree(image, true)
            .slice(2)
            .map(({ content }) => content),
          some.map(({ content }) => content),
        );
        assert.deepEqual(writeIsoImage({ volumeLabel: "x", files: some }), image);
      },
    ),
    { seed: 20_260, numRuns: 60 },
  );
});

test("what does not fit is refused", () => {
  assert.throws(() => writeIsoImage({ volumeLabel: "x".repeat(17), files: [] }), RangeError);
  const many = Array.from({ length: 60 }, (_, index) => ({
    name: `file-${index}`,
    shortName: `FILE${index}`,
    content: Buffer.alloc(0),
  }));
  assert.throws(() => writeIsoImage({ volumeLabel: "x", files: many }), RangeError);
});
