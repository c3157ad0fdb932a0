import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatIpv4, parseIpv4, parseIpv4Block } from "./ipv4.ts";

test("addresses survive the way there and back", () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      const address = parseIpv4(text);
      assert.ok(address.ok);
      assert.equal(formatIpv4(address.value), text);
    }),
    { seed: 4 },
  );
});

test("refuses what is not quite an address", () => {
  for (const text of ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "a.b.c.d"]) {
    assert.equal(parseIpv4(text).ok, false, text);
  }
});

test("blocks are cut to their prefix", () => {
  const block = parseIpv4Block("10.1.2.3/24");
  assert.ok(block.ok);
  assert.equal(formatIpv4(block.value.first), "10.1.2.0");
  assert.equal(formatIpv4(block.value.last), "10.1.2.255");
  for (const text of ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/+8"]) {
    assert.equal(parseIpv4Block(text).ok, false, text);
  }
});
