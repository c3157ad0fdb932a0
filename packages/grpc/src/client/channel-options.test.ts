import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveChannelSettings } from "./channel-options.ts";

const MINUTE_MS = 60_000;

test("the defaults are those of the contract (node-api §2.3)", () => {
  const { limits, times } = resolveChannelSettings({});
  assert.equal(limits.streamWindowBytes, 2_097_120);
  assert.equal(limits.connectionWindowBytes, 1_048_560);
  assert.equal(limits.maxMessageBytes, 33_554_432);
  assert.equal(limits.maxHeaderListBytes, 16_777_216);
  assert.equal(times.minConnectTimeoutMs, 20_000);
  assert.deepEqual([times.backoffBaseMs, times.backoffMaxMs], [1_000, 15_000]);
  assert.equal(times.idleTimeoutMs, 15 * MINUTE_MS);
  assert.equal(times.closeGraceMs, 30 * MINUTE_MS);
  assert.equal(times.keepaliveIntervalMs, Number.POSITIVE_INFINITY, "no pings");
});

for (const value of [0, -1, Number.NaN]) {
  test(`a bound of ${value} is refused`, () => {
    assert.throws(() => resolveChannelSettings({ limits: { maxMessageBytes: value } }), RangeError);
    assert.throws(() => resolveChannelSettings({ times: { idleTimeoutMs: value } }), RangeError);
  });
}
