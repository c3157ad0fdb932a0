import assert from "node:assert/strict";
import { test } from "node:test";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { checkPlan, type Plan } from "./plan.ts";
import { resolveProxySettings } from "./proxy-options.ts";
import { MemoryBackend } from "./testing/memory-backend.ts";

const ONE = new MemoryBackend("n1");

// biome-ignore format: a table
const REFUSED: readonly (readonly [plan: Plan, code: number, text: string])[] = [
  [{ mode: "one-to-one", backends: [] }, STATUS.INTERNAL, "one2one proxying should have exactly one connection (got 0)"],
  [{ mode: "one-to-one", backends: [ONE, ONE] }, STATUS.INTERNAL, "one2one proxying should have exactly one connection (got 2)"],
  [{ mode: "one-to-many", backends: [] }, STATUS.UNAVAILABLE, "no backend connections for proxying"],
  // What a director without types may answer.
  [JSON.parse('{ "mode": "other", "backends": [] }'), STATUS.INTERNAL, "unsupported proxy mode"],
];

for (const [plan, code, text] of REFUSED) {
  test(`${plan.mode} with ${plan.backends.length} backends: ${text}`, () => {
    assert.throws(
      () => checkPlan(plan),
      (error) => error instanceof GrpcError && error.code === code && error.message === text,
    );
  });
}

test("one backend fits both modes", () => {
  checkPlan({ mode: "one-to-one", backends: [ONE] });
  checkPlan({ mode: "one-to-many", backends: [ONE] });
});

test("limits are positive numbers", () => {
  const director = (): Plan => ({ mode: "one-to-one", backends: [ONE] });
  for (const maxReplyBytes of [0, -1, Number.NaN]) {
    assert.throws(() => resolveProxySettings({ director, limits: { maxReplyBytes } }), RangeError);
  }
  assert.equal(resolveProxySettings({ director }).limits.maxReplyBytes, 33_554_432);
});
