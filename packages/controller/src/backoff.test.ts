import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@signalbox/base";
import * as fc from "fast-check";
import { backoffCeilingMs, backoffMs, resolveBackoff } from "./backoff.ts";

const settingsArbitrary = fc
  .record({
    baseMs: fc.integer({ min: 1, max: 5_000 }),
    factor: fc.integer({ min: 1, max: 1_000 }),
    jitter: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ baseMs, factor, jitter }) => resolveBackoff({ baseMs, maxMs: baseMs * factor, jitter }));

describe("backoff", () => {
  it("doubles from the base to the maximum", () => {
    const settings = resolveBackoff({ baseMs: 100, maxMs: 1_000, jitter: 0 });
    const delays = [1, 2, 3, 4, 5, 6].map((n) => backoffMs(settings, n, seededRandom(1)));
    assert.deepEqual(delays, [100, 200, 400, 800, 1_000, 1_000]);
  });

  it("never exceeds the ceiling and loses no more than the jitter to it", () => {
    fc.assert(
      fc.property(settingsArbitrary, fc.nat(2_000), fc.integer(), (settings, failures, seed) => {
        const ceilingMs = backoffCeilingMs(settings, failures);
        const delayMs = backoffMs(settings, failures, seededRandom(seed));
        assert.ok(ceilingMs <= settings.maxMs);
        assert.ok(delayMs <= ceilingMs && delayMs >= ceilingMs * (1 - settings.jitter));
      }),
      { seed: 20260101 },
    );
  });

  it("grows with every failure until the ceiling stops growing", () => {
    fc.assert(
      fc.property(
        settingsArbitrary,
        fc.integer({ min: 1, max: 60 }),
        fc.integer(),
        (settings, failures, seed) => {
          const random = seededRandom(seed);
          const doubles =
            backoffCeilingMs(settings, failures + 1) === 2 * backoffCeilingMs(settings, failures);
          const before = backoffMs(settings, failures, random);
          const after = backoffMs(settings, failures + 1, random);
          assert.ok(!doubles || after >= before, `${after} after ${before}`);
          assert.ok(
            backoffCeilingMs(settings, failures + 1) >= backoffCeilingMs(settings, failures),
          );
        },
      ),
      { seed: 20260102 },
    );
  });

  it("refuses settings that make no sense", () => {
    for (const options of [
      { baseMs: 0 },
      { baseMs: 10, maxMs: 5 },
      { maxMs: Number.POSITIVE_INFINITY },
      { jitter: 0.6 },
      { jitter: Number.NaN },
      { minGapMs: -1 },
    ]) {
      assert.throws(() => resolveBackoff(options), RangeError, JSON.stringify(options));
    }
  });
});
