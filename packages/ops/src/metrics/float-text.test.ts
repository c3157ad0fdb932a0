import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boundText, floatText } from "./float-text.ts";

// biome-ignore format: a table
const VECTORS: readonly [value: number, text: string][] = [
  [0, "0"], [-0, "-0"], [0.25, "0.25"], [0.0001, "0.0001"], [0.00001, "1e-05"],
  [100000, "100000"], [999999, "999999"], [1000000, "1e+06"], [1234567, "1.234567e+06"],
  [123456789.125, "1.23456789125e+08"], [1e20, "1e+20"], [1e-7, "1e-07"],
  [-1234567, "-1.234567e+06"], [123456.789, "123456.789"], [1.5e300, "1.5e+300"], [5e-324, "5e-324"],
  [Number.NaN, "NaN"], [Infinity, "+Inf"], [-Infinity, "-Inf"],
];

for (const [value, text] of VECTORS) {
  test(`float ${text} (ops §2.1)`, () => assert.equal(floatText(value), text));
}

test("every float reads back as itself", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.ok(Object.is(Number(floatText(value)), value));
    }),
    { seed: 1 },
  );
});

test("bounds of OpenMetrics are never bare whole numbers", () => {
  assert.deepEqual([1, 0.1, 1e6, Infinity].map(boundText), ["1.0", "0.1", "1e+06", "+Inf"]);
});
