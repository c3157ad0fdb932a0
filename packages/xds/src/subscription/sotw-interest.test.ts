import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Interest } from "./interest.ts";

const GLOB = "xdstp://a/T/d/*";

interface Step {
  readonly list: readonly string[];
  /** Held afterwards; `*` for the wildcard. */
  readonly held: readonly string[];
  readonly asked?: readonly string[];
  readonly dropped?: readonly string[];
}

const RULES: readonly {
  readonly rule: string;
  readonly isLegacyAllowed: boolean;
  readonly steps: readonly Step[];
}[] = [
  {
    rule: "§2.4: a first request without names means everything, and so do later ones",
    isLegacyAllowed: true,
    steps: [
      { list: [], held: ["*"] },
      { list: [], held: ["*"] },
    ],
  },
  {
    rule: "§2.4: where the legacy wildcard is off, no names mean nothing",
    isLegacyAllowed: false,
    steps: [
      { list: [], held: [] },
      { list: ["a"], held: ["a"], asked: ["a"] },
    ],
  },
  {
    rule: "G4: any name ends the legacy meaning for good; the wildcard is in the list or it is not",
    isLegacyAllowed: true,
    steps: [
      { list: [], held: ["*"] },
      { list: ["*", "A"], held: ["*", "A"], asked: ["A"] },
      { list: ["A"], held: ["A"] },
      { list: [], held: [], dropped: ["A"] },
      { list: ["*"], held: ["*"] },
      { list: [], held: [] },
    ],
  },
  {
    rule: "§2.4: a lone explicit `*` also ends it",
    isLegacyAllowed: true,
    steps: [
      { list: ["*"], held: ["*"] },
      { list: [], held: [] },
    ],
  },
  {
    rule: "§2.1 rule 5: a newer request replaces the older one",
    isLegacyAllowed: true,
    steps: [
      { list: ["a", "b"], held: ["a", "b"], asked: ["a", "b"] },
      { list: ["b", "c"], held: ["b", "c"], asked: ["c"], dropped: ["a"] },
      { list: ["b", "c"], held: ["b", "c"] },
    ],
  },
  {
    rule: "§2.1 rule 8: what was given up and is named again is asked for again",
    isLegacyAllowed: false,
    steps: [
      { list: ["a"], held: ["a"], asked: ["a"] },
      { list: [], held: [], dropped: ["a"] },
      { list: ["a"], held: ["a"], asked: ["a"] },
    ],
  },
  {
    rule: "a name twice in the list counts once; two spellings of one xdstp name are one",
    isLegacyAllowed: false,
    steps: [
      { list: ["a", "a"], held: ["a"], asked: ["a"] },
      {
        list: ["xdstp://a/T/x?k=1&j=2", "xdstp://a/T/x?j=2&k=1"],
        held: ["xdstp://a/T/x?j=2&k=1"],
        asked: ["xdstp://a/T/x?j=2&k=1"],
        dropped: ["a"],
      },
    ],
  },
  {
    rule: "§1.3: globs are held beside names",
    isLegacyAllowed: false,
    steps: [
      { list: [GLOB, "a"], held: ["a", GLOB], asked: [GLOB, "a"] },
      { list: ["a"], held: ["a"], dropped: [GLOB] },
    ],
  },
];

describe("interest, state of the world", () => {
  for (const { rule, isLegacyAllowed, steps } of RULES) {
    it(rule, () => {
      const interest = new Interest(isLegacyAllowed);
      for (const { list, held, asked = [], dropped = [] } of steps) {
        const change = interest.replace(list);
        assert.deepEqual(heldBy(interest), held, `after [${list.join(", ")}]`);
        assert.deepEqual([...change.asked], asked);
        assert.deepEqual([...change.dropped], dropped);
        assert.deepEqual([...change.released], []);
      }
    });
  }

  it("covers names, members of globs, and everything under the wildcard", () => {
    const interest = new Interest(false);
    interest.replace(["a", GLOB]);
    assert.deepEqual(
      ["a", "b", "xdstp://a/T/d/x", "xdstp://a/T/d/e/x"].map((name) => interest.covers(name)),
      [true, false, true, false],
    );
    interest.replace(["*"]);
    assert.ok(interest.covers("b"));
  });
});

function heldBy(interest: Interest): readonly string[] {
  return [...(interest.isWildcard ? ["*"] : []), ...interest.names, ...interest.globs.keys()];
}
