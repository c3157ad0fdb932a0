import assert from "node:assert/strict";
import { it } from "node:test";
import { patientRetryMs } from "./provider-trouble.ts";

it("who waits in vain waits longer each time, within bounds", () => {
  // biome-ignore format: a table reads best with one row a line
  const rows: readonly (readonly [afterMs: number, waitedMs: number, expected: number])[] = [
    [10_000,          0,  10_000],
    [10_000,     60_000,  10_000],
    [10_000,    200_000,  20_000],
    [10_000, 86_400_000,  60_000],
    [90_000, 86_400_000,  90_000],
  ];
  for (const [afterMs, waitedMs, expected] of rows) {
    assert.equal(patientRetryMs(afterMs, waitedMs), expected);
  }
});
