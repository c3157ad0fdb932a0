import { describe, it } from "node:test";
import fc from "fast-check";
import { steps, worldOptions } from "./testing/step-arbitrary.ts";
import { World } from "./testing/world.ts";

const SEEDS = [1, 2, 3, 4];

describe("the invariants of xds §7.3, at length", () => {
  for (const seed of SEEDS) {
    it(`I1-I10, I13, I14, seed ${seed}`, async () => {
      await fc.assert(
        fc.asyncProperty(worldOptions, steps, async (options, list) => {
          const world = new World(options);
          for (const step of list) world.play(step);
          await world.settle();
          world.close();
        }),
        { seed, numRuns: 2500 },
      );
    });
  }
});
