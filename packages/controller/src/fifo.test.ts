import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { Fifo } from "./fifo.ts";

describe("Fifo", () => {
  it("behaves like an array under any mix of push and shift", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer())), (steps) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === null) {
            assert.equal(fifo.shift(), model.shift());
          } else {
            fifo.push(step);
            model.push(step);
          }
          assert.equal(fifo.size, model.length);
        }
        while (model.length > 0) assert.equal(fifo.shift(), model.shift());
        assert.equal(fifo.shift(), undefined);
      }),
      { seed: 3 },
    );
  });
});
