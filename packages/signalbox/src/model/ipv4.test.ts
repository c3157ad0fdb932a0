import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  addressesOf,
  formatIpv4,
  formatIpv4Prefix,
  parseIpv4,
  parseIpv4Prefix,
  prefixContains,
  prefixesOverlap,
  rangeOf,
} from "./ipv4.ts";

const SEED = 20_260_101;
const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const length = fc.integer({ min: 0, max: 32 });

function prefix(text: string) {
  const parsed = parseIpv4Prefix(text);
  assert(parsed.ok, text);
  return parsed.value;
}

describe("parseIpv4", () => {
  it("reads back every address that formatIpv4 writes", () => {
    fc.assert(
      fc.property(address, (value) => {
        assert.deepEqual(parseIpv4(formatIpv4(value)), { ok: true, value });
      }),
      { seed: SEED },
    );
  });

  for (const text of ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-1", " 1.2.3.4"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseIpv4(text).ok, false));
  }
  for (const text of ["::1", "1.2.3.4\n", "1.2.3.1e1", "1.2.3.4/8", "0x1.2.3.4", "١.2.3.4"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseIpv4(text).ok, false));
  }
});

describe("parseIpv4Prefix", () => {
  it("clears the bits behind the mask", () => {
    assert.equal(formatIpv4Prefix(prefix("192.168.7.9/24")), "192.168.7.0/24");
    assert.equal(formatIpv4Prefix(prefix("255.255.255.255/0")), "0.0.0.0/0");
    assert.equal(formatIpv4Prefix(prefix("10.1.2.3/32")), "10.1.2.3/32");
  });

  it("masks so that the address given lies in the prefix", () => {
    fc.assert(
      fc.property(address, length, (value, bits) => {
        const parsed = prefix(`${formatIpv4(value)}/${bits}`);
        assert(prefixContains(parsed, value));
        assert.equal(rangeOf(parsed).last - rangeOf(parsed).first + 1, 2 ** (32 - bits));
      }),
      { seed: SEED },
    );
  });

  for (const text of ["10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/ 8"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseIpv4Prefix(text).ok, false));
  }
  for (const text of ["fd00::/8", "10.0.0.0/8/8", "10.0.0.0/-1", "/8", "10.0.0.0/1e1"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseIpv4Prefix(text).ok, false));
  }

  it("answers a value or a reason for any text", () => {
    const near = fc.stringMatching(/^[0-9./ :a-f-]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const parsed = parseIpv4Prefix(text);
        if (parsed.ok) assert(parseIpv4Prefix(formatIpv4Prefix(parsed.value)).ok);
        else assert.notEqual(parsed.error, "");
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe("prefixesOverlap", () => {
  it("is true exactly when an address is in both", () => {
    const small = fc.record({
      base: fc.integer({ min: 0, max: 63 }),
      bits: fc.integer({ min: 26, max: 32 }),
    });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const one = prefix(`${formatIpv4(a.base)}/${a.bits}`);
        const other = prefix(`${formatIpv4(b.base)}/${b.bits}`);
        const shared = [...addressesOf(rangeOf(one))].some((x) => prefixContains(other, x));
        assert.equal(prefixesOverlap(one, other), shared);
      }),
      { seed: SEED },
    );
  });
});
