import assert from "node:assert/strict";
import { test } from "node:test";
import { lifetimeText } from "./lifetime-text.ts";

test("a lifetime is told in the unit that fits, and not as more than it is", () => {
  const seconds = [45, 90, 3_600, 5_399, 43_200, 86_400, 90 * 86_400];
  assert.deepEqual(seconds.map(lifetimeText), ["45s", "1.5m", "1h", "1.4h", "12h", "1d", "90d"]);
});
