import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "@signalbox/base";
import { Backoff } from "./backoff.ts";

test("delays grow, stay within a fifth of their step, and begin anew after a success", () => {
  const backoff = new Backoff({ baseMs: 1_000, maxMs: 15_000 }, seededRandom(1));
  for (let round = 0; round < 2; round++) {
    for (const stepMs of [1_000, 1_600, 2_560, 4_096, 6_553.6, 10_485.76, 15_000, 15_000]) {
      const delayMs = backoff.next();
      assert.ok(delayMs >= 0.8 * stepMs && delayMs <= 1.2 * stepMs, `${delayMs} for ${stepMs}`);
    }
    backoff.reset();
  }
});
