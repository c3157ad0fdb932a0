import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { VirtualClock } from "@signalbox/base";
import { encodeFrame, OK_STATUS, STATUS, status } from "@signalbox/grpc";
import { bytesField, textField } from "../envelope/field.ts";
import type { OneToMany } from "../plan.ts";
import { resolveProxySettings } from "../proxy-options.ts";
import { MemoryBackend } from "../testing/memory-backend.ts";
import { MemoryCall } from "../testing/memory-call.ts";
import { readMessage, readReplies } from "../testing/node-replies.ts";
import type { Completion } from "./completion.ts";
import { fanOut } from "./fan-out.ts";
import type { NodeOutcome } from "./node-status.ts";

type Step =
  | { readonly do: "say" | "succeed" | "fail" | "block" | "drain"; readonly node: number }
  | { readonly do: "request" | "callerStalls" | "callerDrains" | "callerLeaves" }
  | { readonly do: "wait"; readonly ms: number };

const NODES = 4;
const MAX_REPLY_BYTES = 1_500;
const MAX_QUEUED_BYTES = 100;

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      do: fc.constantFrom("say" as const, "succeed", "fail", "block", "drain"),
      node: fc.nat(NODES - 1),
    }),
  },
  {
    weight: 15,
    arbitrary: fc.record({
      do: fc.constantFrom("request" as const, "callerStalls", "callerDrains"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "callerLeaves" } as const) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(400) }) },
);

const completionArbitrary: fc.Arbitrary<Completion> = fc.oneof(
  fc.constant({ type: "all" } as const),
  fc.constant({ type: "quorum" } as const),
  fc.record({ type: fc.constant("first" as const), count: fc.integer({ min: 1, max: NODES }) }),
);

const MESSAGE = textField(2, "m");
const REPLY = bytesField(1, textField(2, "m".repeat(60)));
const REQUEST = encodeFrame(Buffer.alloc(70)).bytes;

for (const isStreaming of [false, true]) {
  const kind = isStreaming ? "streamed" : "unary";
  test(`${kind}: whatever happens, a call ends once and leaves nothing behind`, async () => {
    const runs = fc.asyncProperty(
      fc.array(stepArbitrary, { maxLength: 40 }),
      completionArbitrary,
      fc.option(fc.integer({ min: 10, max: 2_000 }), { nil: undefined }),
      (steps, completion, timeLeftMs) => play(steps, completion, timeLeftMs, isStreaming),
    );
    await fc.assert(runs, { seed: 5, numRuns: 500 });
  });
}

async function play(
  steps: readonly Step[],
  completion: Completion,
  timeLeftMs: number | undefined,
  isStreaming: boolean,
): Promise<void> {
  const clock = new VirtualClock();
  const nodes = Array.from({ length: NODES }, (_, i) => new MemoryBackend(`n${i}`));
  for (const node of nodes.slice(-1)) node.isConnected = false;
  const done: (readonly NodeOutcome[])[] = [];
  const plan: OneToMany = {
    mode: "one-to-many",
    backends: nodes,
    completion,
    onDone: (outcomes) => void done.push(outcomes),
  };
  const settings = resolveProxySettings({
    director: () => plan,
    isStreamed: () => isStreaming,
    clock,
    limits: {
      maxReplyBytes: MAX_REPLY_BYTES,
      maxQueuedBytes: MAX_QUEUED_BYTES,
      stallBudgetMs: 300,
      connectBudgetMs: 500,
    },
  });
  const call = new MemoryCall(timeLeftMs);
  const fan = fanOut(call, plan, settings);
  let hasLeft = false;
  for (const step of [...steps, { do: "callerDrains" } as const]) {
    if (call.isEnded || hasLeft) break;
    switch (step.do) {
      case "say":
        nodes[step.node]?.say(isStreaming ? MESSAGE : REPLY);
        break;
      case "succeed":
        nodes[step.node]?.close(OK_STATUS);
        break;
      case "fail":
        nodes[step.node]?.close(status(STATUS.ABORTED, "as the test wants"));
        break;
      case "block":
        nodes[step.node]?.block();
        break;
      case "drain":
        nodes[step.node]?.drain();
        break;
      case "request":
        if (!call.isPaused) fan.onMessage(REQUEST);
        break;
      case "callerStalls":
        call.hasRoom = false;
        break;
      case "callerDrains":
        call.hasRoom = true;
        fan.onDrain();
        break;
      case "callerLeaves":
        hasLeft = true;
        fan.onClose({ end: "cancelled", status: status(STATUS.CANCELLED, "") });
        break;
      case "wait":
        await clock.advance(step.ms);
        break;
    }
  }
  // What still runs ends now, and with it the call.
  for (const node of nodes) node.close(OK_STATUS);
  assert.equal(call.ends.length, hasLeft ? 0 : 1);
  assert.equal(done.length, 1);
  assert.equal(done[0]?.length, NODES);
  assert.ok(nodes.every((node) => !node.isLive));
  assert.equal(clock.pending, 0);
  if (hasLeft) return;
  assert.equal(call.ends[0]?.code, STATUS.OK);
  checkFailures(call, done[0] ?? [], isStreaming);
}

/** Each node that failed is told of exactly once, in its own name. */
function checkFailures(
  call: MemoryCall,
  outcomes: readonly NodeOutcome[],
  isStreaming: boolean,
): void {
  const bodies = call.written.map((frame) => frame.subarray(5));
  const replies = isStreaming
    ? bodies.map(readMessage)
    : bodies.flatMap((body) => readReplies(body));
  if (!isStreaming) assert.ok((bodies[0]?.length ?? 0) <= MAX_REPLY_BYTES);
  for (const { name, code } of outcomes) {
    const told = replies.filter(({ hostname, error }) => hostname === name && error !== "");
    const isFailure = code !== STATUS.OK && code !== STATUS.CANCELLED;
    assert.equal(told.length, isFailure ? 1 : 0, `${name} ended with ${code}`);
    if (isFailure) assert.equal(told[0]?.code, code);
  }
}
