import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { deepFreeze, frozenCopy } from "./json-value.ts";

describe("frozenCopy", () => {
  it("is what a file gives back, for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(frozenCopy(value), JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1 },
    );
  });

  it("leaves what it was given as it was, and shares nothing with it", () => {
    const given = { list: [{ a: 1 }] };
    const copy = frozenCopy(given);
    given.list[0] = { a: 2 };
    assert.deepEqual(copy, { list: [{ a: 1 }] });
    assert.ok(Object.isFrozen(copy) && Object.isFrozen(copy.list) && Object.isFrozen(copy.list[0]));
  });

  it("leaves undefined properties out", () => {
    assert.deepEqual(Object.keys(frozenCopy({ a: undefined, b: 1 })), ["b"]);
  });

  it("has no negative zero, as JSON has none", () => {
    assert.ok(Object.is(frozenCopy({ n: -0 }).n, 0));
  });

  it("keeps a key named __proto__ as data", () => {
    const given = JSON.parse('{"__proto__": {"admin": true}}') as { admin?: boolean };
    const copy = frozenCopy(given);
    assert.equal(copy.admin, undefined);
    assert.equal(JSON.stringify(copy), '{"__proto__":{"admin":true}}');
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const REFUSED: readonly (readonly [string, unknown])[] = [
    ["a date", { at: new Date(0) }],
    ["a map", new Map()],
    ["a class instance", new URL("http://localhost")],
    ["NaN", { n: Number.NaN }],
    ["infinity", [Infinity]],
    ["a big integer", 1n],
    ["a function", { f: () => {} }],
    ["undefined in a list", [undefined]],
    ["a cycle", cycle],
  ];
  for (const [what, value] of REFUSED) {
    it(`refuses ${what}`, () => assert.throws(() => frozenCopy(value), TypeError));
  }
});

describe("deepFreeze", () => {
  it("freezes at every depth", () => {
    const value = deepFreeze({ a: [{ b: {} }], c: null });
    assert.ok(Object.isFrozen(value.a[0]?.b));
  });
});
