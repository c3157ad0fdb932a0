import assert from "node:assert/strict";
import { test } from "node:test";
import { double, hexUint64, int32, sum64, tickSeconds, uint32, uint64 } from "./kernel-number.ts";

const max = 2n ** 64n - 1n;

test("a number that does not fit is the largest that does, and what is none is 0", () => {
  assert.equal(uint64("18446744073709551615"), max);
  assert.equal(uint64("18446744073709551616"), max);
  assert.equal(uint32("4294967296"), 2 ** 32 - 1);
  assert.equal(int32("2147483648"), 2 ** 31 - 1);
  for (const text of [undefined, "", "-1", "1.5", "0x10", "12a", "9".repeat(33)]) {
    assert.equal(uint64(text), 0n);
  }
});

test("hexadecimal", () => {
  assert.equal(hexUint64("0A"), 10n);
  assert.equal(hexUint64("ffffffffffffffff"), max);
  for (const text of [undefined, "", "g", "1".repeat(17)]) assert.equal(hexUint64(text), 0n);
});

test("fractions and ticks", () => {
  assert.equal(double("2596.120"), 2596.12);
  assert.equal(double("1e9"), 0);
  assert.equal(double(undefined), 0);
  assert.equal(tickSeconds("1598426"), 15984.26);
});

test("sums wrap as the kernel's counters do", () => {
  assert.equal(sum64([max, 2n, undefined]), 1n);
});
