import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Network } from "./network.ts";
import { overlappingNetworks, overlapWarning } from "./network-overlap.ts";

const START = "2026-01-01T00:00:00.000Z";

function of(name: string, prefix: string, deletedAt?: string): Network {
  return {
    metadata: {
      id: name,
      name,
      tags: [],
      createdAt: START,
      createdBy: "tester",
      finalizers: [],
      generation: 1,
      conditions: [],
      organizationId: "organization",
      projectId: "project",
      apiVersion: 2,
      ...(deletedAt !== undefined && { deletedAt }),
    },
    regionId: "region",
    spec: {
      prefix,
      reservations: { prefixLength: 25, providerReservedPrefixLength: 28 },
      dnsNameservers: [],
      routes: [],
    },
    references: [],
  };
}

describe("networks overlap", () => {
  const mine = of("mine", "10.1.0.0/16");
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [name: string, other: Network, overlaps: boolean])[] = [
    ["when they have the same prefix",      of("other", "10.1.0.0/16"),        true],
    ["when one lies in the other",          of("other", "10.1.7.0/24"),        true],
    ["when the other lies in the one",      of("other", "10.0.0.0/8"),         true],
    ["not when they are neighbours",        of("other", "10.2.0.0/16"),        false],
    ["not with one that is being deleted",  of("other", "10.1.0.0/16", START), false],
    ["not with themselves",                 mine,                              false],
    ["not with one whose prefix is broken", of("other", "nonsense"),           false],
  ];
  for (const [name, other, overlaps] of rows) {
    it(name, () => {
      assert.deepEqual(overlappingNetworks(mine, [other]), overlaps ? [other] : []);
    });
  }
});

describe("the warning of an overlap", () => {
  const named = (count: number): readonly Network[] =>
    Array.from({ length: count }, (_, index) => of(`net-${index}`, "10.1.0.0/16"));

  it("is not there when nothing overlaps", () => assert.equal(overlapWarning([]), undefined));

  it("names the networks, up to a few", () => {
    assert.match(overlapWarning(named(2))?.message ?? "", /: net-0, net-1$/);
    assert.match(overlapWarning(named(7))?.message ?? "", /net-4 and 2 more$/);
  });
});
