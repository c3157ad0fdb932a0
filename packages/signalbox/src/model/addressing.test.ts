import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addressingOf, DEFAULT_RESERVATIONS, resolveReservations } from "./addressing.ts";
import { formatIpv4, type Ipv4Range, parseIpv4Prefix, prefixAround, rangeOf } from "./ipv4.ts";

function prefix(text: string) {
  const parsed = parseIpv4Prefix(text);
  assert(parsed.ok);
  return parsed.value;
}
const shown = (range: Ipv4Range | undefined) =>
  range && `${formatIpv4(range.first)}-${formatIpv4(range.last)}`;

describe("addressingOf", () => {
  it("cuts a /24 with the default reservations", () => {
    const addressing = addressingOf(prefix("192.168.0.0/24"), DEFAULT_RESERVATIONS);
    assert.equal(formatIpv4(addressing.gateway), "192.168.0.1");
    assert.equal(shown(addressing.providerReserved), "192.168.0.0-192.168.0.15");
    assert.equal(shown(addressing.storage), "192.168.0.16-192.168.0.127");
    assert.equal(shown(addressing.serverPool), "192.168.0.128-192.168.0.254");
  });

  it("holds back the first 128 addresses of a /16 too", () => {
    const addressing = addressingOf(prefix("10.1.0.0/16"), DEFAULT_RESERVATIONS);
    assert.equal(shown(addressing.serverPool), "10.1.0.128-10.1.255.254");
  });

  it("has no storage range when the provider's block is the whole reserved one", () => {
    const addressing = addressingOf(prefix("10.1.0.0/24"), {
      prefixLength: 28,
      providerReservedPrefixLength: 28,
    });
    assert.equal(addressing.storage, undefined);
    assert.equal(shown(addressing.serverPool), "10.1.0.16-10.1.0.254");
  });

  it("covers the network without a gap and without an overlap", () => {
    const input = fc
      .record({
        base: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        network: fc.integer({ min: 1, max: 24 }),
        reserved: fc.integer({ min: 2, max: 30 }),
        provider: fc.integer({ min: 2, max: 30 }),
      })
      .filter((x) => x.reserved > x.network && x.provider >= x.reserved);
    fc.assert(
      fc.property(input, ({ base, network, reserved, provider }) => {
        const whole = prefixAround(base, network);
        const cut = addressingOf(whole, {
          prefixLength: reserved,
          providerReservedPrefixLength: provider,
        });
        const { first, last } = rangeOf(whole);
        assert.equal(cut.providerReserved.first, first);
        assert.equal(cut.storage?.first ?? cut.reserved.last + 1, cut.providerReserved.last + 1);
        assert.equal(cut.storage?.last ?? cut.providerReserved.last, cut.reserved.last);
        assert.equal(cut.serverPool.first, cut.reserved.last + 1);
        assert.equal(cut.serverPool.last, last - 1);
        assert(cut.serverPool.first <= cut.serverPool.last);
        assert.equal(cut.gateway, first + 1);
      }),
      { seed: 11 },
    );
  });
});

describe("resolveReservations", () => {
  const network = prefix("10.0.0.0/16");

  it("gives the defaults when nothing was asked for", () => {
    assert.deepEqual(resolveReservations(network, undefined), {
      ok: true,
      value: { prefixLength: 25, providerReservedPrefixLength: 28 },
    });
  });

  it("completes a request that leaves the provider's block open", () => {
    const resolved = (prefixLength: number) => {
      const result = resolveReservations(network, { prefixLength });
      assert(result.ok);
      return result.value.providerReservedPrefixLength;
    };
    assert.equal(resolved(20), 28);
    assert.equal(resolved(30), 30);
  });

  it("refuses a block as large as the network, and a provider's block beyond the reserved", () => {
    assert.equal(resolveReservations(network, { prefixLength: 16 }).ok, false);
    assert.equal(
      resolveReservations(network, { prefixLength: 26, providerReservedPrefixLength: 25 }).ok,
      false,
    );
  });
});
