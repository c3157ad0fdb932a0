import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Interest, type InterestChange } from "./interest.ts";

const GLOB = "xdstp://a/T/d/*";

interface Step {
  readonly s?: readonly string[];
  readonly u?: readonly string[];
  /** Held afterwards; `*` for the wildcard. */
  readonly held: readonly string[];
  readonly asked?: readonly string[];
  readonly dropped?: readonly string[];
  readonly released?: readonly string[];
  readonly wildcard?: InterestChange["wildcard"];
}

const RULES: readonly {
  readonly rule: string;
  readonly isLegacyAllowed: boolean;
  readonly steps: readonly Step[];
}[] = [
  {
    rule: "G5: legacy to explicit: the wildcard outlives the first name and ends with u[*]",
    isLegacyAllowed: true,
    steps: [
      { held: ["*"], wildcard: "gained" },
      { s: ["A"], held: ["*", "A"], asked: ["A"] },
      { u: ["*"], held: ["A"], wildcard: "lost" },
      { u: ["A"], held: [], dropped: ["A"] },
      { held: [] },
    ],
  },
  {
    rule: "§2.4: while nothing was named, a lone u[*] is ignored",
    isLegacyAllowed: true,
    steps: [
      { held: ["*"], wildcard: "gained" },
      { u: ["*"], held: ["*"] },
    ],
  },
  {
    rule: "§2.4: the unsubscriptions of a first request without names are not looked at",
    isLegacyAllowed: true,
    steps: [{ u: ["*", "x"], held: ["*"], wildcard: "gained" }],
  },
  {
    rule: "§2.4: where the legacy wildcard is off, emptiness means nothing",
    isLegacyAllowed: false,
    steps: [{ held: [] }, { s: ["a"], held: ["a"], asked: ["a"] }],
  },
  {
    rule: "§2.4: s[*] and u[*] in one request leave nothing: how agents begin on demand",
    isLegacyAllowed: true,
    steps: [{ s: ["*"], u: ["*"], held: [] }, { held: [] }],
  },
  {
    rule: "§2.1 rule 8: a name that is held and subscribed to again is asked for again",
    isLegacyAllowed: false,
    steps: [
      { s: ["a"], held: ["a"], asked: ["a"] },
      { s: ["a"], held: ["a"], asked: ["a"] },
    ],
  },
  {
    rule: "§2.1 rule 11: a name given up under the wildcard must be answered",
    isLegacyAllowed: false,
    steps: [
      { s: ["*", "x"], held: ["*", "x"], asked: ["x"], wildcard: "gained" },
      { u: ["x"], held: ["*"], dropped: ["x"], released: ["x"] },
    ],
  },
  {
    rule: "§2.1 rule 11: also under a legacy wildcard that was never named",
    isLegacyAllowed: true,
    steps: [
      { held: ["*"], wildcard: "gained" },
      { u: ["x"], held: ["*"], released: ["x"] },
    ],
  },
  {
    rule: "§2.1 rule 11: without the wildcard no answer is owed, nor when both end at once",
    isLegacyAllowed: false,
    steps: [
      { s: ["*", "x", "y"], held: ["*", "x", "y"], asked: ["x", "y"], wildcard: "gained" },
      { u: ["*", "x"], held: ["y"], dropped: ["x"], wildcard: "lost" },
      { u: ["y"], held: [], dropped: ["y"] },
    ],
  },
  {
    rule: "an unsubscription of what is not held changes nothing",
    isLegacyAllowed: false,
    steps: [
      { s: ["a"], held: ["a"], asked: ["a"] },
      { u: ["b"], held: ["a"] },
    ],
  },
  {
    rule: "subscribed and unsubscribed in one request: given up",
    isLegacyAllowed: false,
    steps: [{ s: ["a", "b"], u: ["a"], held: ["b"], asked: ["b"], dropped: ["a"] }],
  },
  {
    rule: "§1.3: a glob is asked for and dropped like a name",
    isLegacyAllowed: false,
    steps: [
      { s: [GLOB], held: [GLOB], asked: [GLOB] },
      { u: [GLOB], held: [], dropped: [GLOB] },
    ],
  },
];

describe("interest, incremental", () => {
  for (const { rule, isLegacyAllowed, steps } of RULES) {
    it(rule, () => {
      const interest = new Interest(isLegacyAllowed);
      for (const step of steps) {
        const change = interest.change(step.s ?? [], step.u ?? []);
        assert.deepEqual(
          {
            held: heldBy(interest),
            asked: change.asked,
            dropped: change.dropped,
            released: change.released,
            wildcard: change.wildcard,
          },
          {
            held: step.held,
            asked: step.asked ?? [],
            dropped: step.dropped ?? [],
            released: step.released ?? [],
            wildcard: step.wildcard ?? "same",
          },
        );
      }
    });
  }
});

function heldBy(interest: Interest): readonly string[] {
  return [...(interest.isWildcard ? ["*"] : []), ...interest.names, ...interest.globs.keys()];
}
