import fc from "fast-check";
import type { FaultEffect, FaultyMethod } from "../../providers/simulated/faults.ts";
import { IMAGE_ID, OTHER_IMAGE_ID } from "./fixtures.ts";
import type { UserVerb } from "./user-writes.ts";

// What users, the provider, the disk and time do to three servers (slots). `listServers` stays
// sound, because it is what the test looks with.

const VERBS: readonly UserVerb[] = ["start", "stop", "reboot", "retry", "delete", "publicIP"];
const METHODS: readonly FaultyMethod[] = [
  "ensureServer",
  "observeServer",
  "removeServer",
  "rebuildServer",
  "rebootServer",
];
const CODES = [
  "no_capacity",
  "provider_unavailable",
  "conflict",
  "unprocessable",
  "internal",
] as const;

const aSlot = fc.nat(2);
const anEffect: fc.Arbitrary<FaultEffect> = fc.oneof(
  fc.record({
    type: fc.constant("fail"),
    code: fc.constantFrom(...CODES),
    message: fc.constant("made to fail by a test"),
  }),
  fc.record({ type: fc.constant("slow"), ms: fc.constantFrom(50, 1_500, 9_000) }),
  fc.constant<FaultEffect>({ type: "hang" }),
);
const aTime = fc.constantFrom(0, 100, 300, 900, 2_500, 12_000);
const anOp = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant("create"), slot: aSlot }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("verb"),
      slot: aSlot,
      verb: fc.constantFrom(...VERBS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("image"),
      slot: aSlot,
      imageId: fc.constantFrom(IMAGE_ID, OTHER_IMAGE_ID),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom("die", "shutDown"), slot: aSlot }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("fault"),
      on: fc.constantFrom(...METHODS),
      effect: anEffect,
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("badWork"),
      on: fc.constantFrom("boot", "rebuild"),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("lostWrites"), count: fc.nat(3) }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("time"), ms: aTime }) },
);
/** What happens in one run, in order. */
export const someOps: fc.Arbitrary<readonly Op[]> = fc.array(anOp, {
  minLength: 5,
  maxLength: 50,
  size: "max",
});
export type Op = typeof anOp extends fc.Arbitrary<infer T> ? T : never;
