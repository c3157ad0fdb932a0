import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { canonicalName, globCovers, parseGlob } from "./resource-name.ts";

const CANONICAL = [
  ["plain", "plain"],
  ["", ""],
  ["*", "*"],
  ["route/*", "route/*"],
  ["plain?b=1&a=2", "plain?b=1&a=2"],
  ["xdstp://auth/T/x", "xdstp://auth/T/x"],
  ["xdstp:///T/x", "xdstp:///T/x"],
  ["xdstp://auth/T/x?b=1&a=2", "xdstp://auth/T/x?a=2&b=1"],
  ["xdstp://auth/T/x?a=2&b=1#entry=y", "xdstp://auth/T/x?a=2&b=1"],
  ["xdstp://auth/T/x?", "xdstp://auth/T/x"],
] as const;

describe("canonical names (xds §1.3)", () => {
  for (const [name, canonical] of CANONICAL) {
    it(`${name || "(empty)"} is ${canonical || "(empty)"}`, () => {
      assert.equal(canonicalName(name), canonical);
    });
  }

  it("is the same for every order of the parameters, and a fixed point", () => {
    const parameters = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}=[a-z]{0,3}$/), {
      minLength: 1,
      maxLength: 6,
    });
    const shuffled = parameters.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const name = canonicalName(`xdstp://a/T/x?${one.join("&")}`);
        assert.equal(canonicalName(`xdstp://a/T/x?${other.join("&")}`), name);
        assert.equal(canonicalName(name), name);
      }),
      { seed: 13 },
    );
  });
});

const GLOB = "xdstp://auth/T/dir/*?zone=a&env=p";
const COVERED = [
  ["xdstp://auth/T/dir/x?env=p&zone=a", true, "a member"],
  ["xdstp://auth/T/dir/x?zone=a&env=p", true, "the same parameters in another order"],
  ["xdstp://auth/T/dir/x", false, "no parameters"],
  ["xdstp://auth/T/dir/x?env=p", false, "fewer parameters"],
  ["xdstp://auth/T/dir/x?env=p&zone=b", false, "another value"],
  ["xdstp://auth/T/dir/sub/x?env=p&zone=a", false, "a level deeper"],
  ["xdstp://auth/T/dir/?env=p&zone=a", false, "no id"],
  ["xdstp://other/T/dir/x?env=p&zone=a", false, "another authority"],
] as const;

describe("globs (xds §1.3)", () => {
  it("only xdstp names are globs: `routes/*` is the virtual host of every domain", () => {
    assert.equal(parseGlob("routes/*"), undefined);
    assert.equal(parseGlob("*"), undefined);
    assert.equal(parseGlob("xdstp://auth/T/dir/x"), undefined);
    assert.equal(parseGlob(GLOB)?.name, "xdstp://auth/T/dir/*?env=p&zone=a");
  });

  for (const [name, isCovered, why] of COVERED) {
    it(`${why}: ${isCovered ? "covered" : "not covered"}`, () => {
      const glob = parseGlob(GLOB);
      assert.ok(glob !== undefined);
      assert.equal(globCovers(glob, name), isCovered);
    });
  }
});
