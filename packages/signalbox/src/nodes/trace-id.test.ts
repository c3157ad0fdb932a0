import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom } from "@signalbox/base";
import { Metadata } from "@signalbox/grpc";
import { traceIdOf } from "./trace-id.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

test("a call belongs to the trace that it names, and else to one of its own", () => {
  const traced = Metadata.of([["traceparent", `00-${TRACE_ID}-00f067aa0ba902b7-01`]]);
  assert.equal(traceIdOf(traced, systemRandom), TRACE_ID);
  for (const fields of [[], [["traceparent", `00-${TRACE_ID}-01`] as const]]) {
    const made = traceIdOf(Metadata.of(fields), systemRandom);
    assert.match(made, /^[0-9a-f]{32}$/);
    assert.notEqual(made, TRACE_ID);
  }
});
