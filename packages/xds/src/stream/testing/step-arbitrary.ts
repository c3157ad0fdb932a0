import fc from "fast-check";
import { POISON } from "./client-model.ts";
import type { Step, WorldOptions, WorldType } from "./world.ts";

const type = fc.constantFrom<WorldType>("cluster", "endpoint", "custom");
const DIRECTORY = "xdstp://a/T/d";
const RESOURCES = ["a", "b", "c", `${DIRECTORY}/1`, `${DIRECTORY}/2`] as const;
const resource = fc.constantFrom(...RESOURCES);
const name = fc.constantFrom(...RESOURCES, "*", "*", `${DIRECTORY}/*`);
const client = fc.nat({ max: 3 });
const content = fc.constantFrom("1", "2", "3", `${POISON}1`, `${POISON}2`);

const truth: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant("set" as const), type, name: resource, content }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("delete" as const), type, name: resource }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("replace" as const),
      type,
      names: fc.uniqueArray(resource),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("version" as const),
      type,
      version: fc.constantFrom("v1", "v2"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("clear" as const), type }) },
);

const interest: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constantFrom("subscribe" as const, "subscribe" as const, "unsubscribe" as const),
      client,
      type,
      name,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constantFrom("resubscribe" as const),
      client,
      type,
      name,
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("legacy" as const), client, type }) },
);

const wire: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ op: fc.constantFrom("up" as const, "down" as const), client }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("turn" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constantFrom("stall" as const, "drain" as const), client }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("reconnect" as const),
      client,
      keepsState: fc.boolean(),
      replica: fc.nat({ max: 1 }),
    }),
  },
);

/** What may happen in a world, in any order. */
export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: truth },
    { weight: 3, arbitrary: interest },
    { weight: 6, arbitrary: wire },
  ),
  { maxLength: 120, size: "max" },
);

export const worldOptions: fc.Arbitrary<WorldOptions> = fc.record({
  clients: fc.array(fc.constantFrom("sotw" as const, "delta" as const), {
    minLength: 1,
    maxLength: 4,
  }),
  ordering: fc.constantFrom("none" as const, "typeOrder" as const, "makeBeforeBreak" as const),
});
