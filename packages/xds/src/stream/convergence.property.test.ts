import { describe, it } from "node:test";
import fc from "fast-check";
import { steps, worldOptions } from "./testing/step-arbitrary.ts";
import { World } from "./testing/world.ts";

describe("the invariants of xds §7.3, whatever happens in whatever order", () => {
  it("I1-I10, I13, I14: converges, falls silent, sends no junk, leaves nothing behind", async () => {
    await fc.assert(
      fc.asyncProperty(worldOptions, steps, async (options, list) => {
        const world = new World(options);
        for (const step of list) world.play(step);
        await world.settle();
        world.close();
      }),
      { seed: 20_26, numRuns: 400 },
    );
  });
});
