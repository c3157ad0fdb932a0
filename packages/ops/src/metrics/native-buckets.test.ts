import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NativeBuckets, resolveNative } from "./native-buckets.ts";
import { bucketIndex, schemaFor } from "./native-schema.ts";

test("a factor picks the finest schema that does not exceed it", () => {
  assert.deepEqual([1.1, 1.0001, 2, 4, 1e10].map(schemaFor), [3, 8, 0, -1, -4]);
});

// biome-ignore format: a table
const INDEXES: readonly [value: number, schema: number, index: number][] = [
  [1, 0, 0], [1.0001, 0, 1], [2, 0, 1], [2.0001, 0, 2], [0.5, 0, -1], [0.25, 0, -2],
  [1, 3, 0], [1.05, 3, 1], [2, 3, 8], [0.5, 3, -8], [4, -1, 1], [5, -1, 2], [0.9, -1, 0],
  [Infinity, 0, 1025], [Number.MAX_VALUE, 0, 1024], [5e-324, 0, -1074],
];

for (const [value, schema, index] of INDEXES) {
  test(`${value} is in bucket ${index} of schema ${schema}`, () => {
    assert.equal(bucketIndex(value, schema), index);
  });
}

test("a value lies within the bounds of its bucket", () => {
  const value = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
  fc.assert(
    fc.property(value, fc.integer({ min: -4, max: 8 }), (magnitude, schema) => {
      const index = bucketIndex(magnitude, schema);
      const bound = (at: number): number => at * 2 ** -schema;
      // In logarithms, with room for their rounding.
      assert.ok(Math.log2(magnitude) <= bound(index) + 1e-9);
      assert.ok(Math.log2(magnitude) > bound(index - 1) - 1e-9);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test("too many buckets halve the resolution and lose no observation", () => {
  const settings = resolveNative({ maxBuckets: 20 });
  const buckets = new NativeBuckets(settings, 0);
  for (let power = -300; power <= 300; power++) buckets.observe(10 ** power);
  for (let power = -300; power <= 300; power++) buckets.observe(-(10 ** power));
  buckets.observe(0);
  buckets.observe(Number.NaN);
  const sum = (side: ReadonlyMap<number, number>): number =>
    [...side.values()].reduce((total, count) => total + count, 0);
  assert.equal(sum(buckets.positive) + sum(buckets.negative) + buckets.zeroCount, 1203);
  // Those within 2^-128 of zero share its bucket.
  assert.equal(buckets.zeroCount, 2 * 262 + 1);
  assert.ok(buckets.schema < 0);
  assert.deepEqual(buckets.positive, buckets.negative);
});

test("halving gives what the wider schema would have given", () => {
  const values = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { maxLength: 60 });
  fc.assert(
    fc.property(values, (list) => {
      const narrow = new NativeBuckets(resolveNative({ bucketFactor: 1.1, maxBuckets: 8 }), 0);
      for (const value of list) narrow.observe(value);
      const expected = new Map<number, number>();
      for (const value of list) {
        const index = bucketIndex(value, narrow.schema);
        expected.set(index, (expected.get(index) ?? 0) + 1);
      }
      assert.deepEqual(new Map(narrow.positive), expected);
    }),
    { seed: 1 },
  );
});
