import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { gunzipSync } from "node:zlib";
import { CANCELLED, Problem, systemClock, VirtualClock } from "@signalbox/base";
import { readPprof } from "../testing/wire-messages.ts";
import type { TakenProfile } from "./profile-source.ts";
import { Profiler } from "./profiler.ts";

/** A clock whose wait is work, so that there is something to see. */
function busyClock(work: (untilMs: number) => void) {
  const sleep = (ms: number): Promise<void> => {
    work(workedMs() + ms);
    return Promise.resolve();
  };
  return { ...systemClock, sleep };
}

/** How long this thread has worked, without the time in which others had the processor. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

// One for each profile: V8 leaves out loops that it optimised while they ran before it profiled.
function spinForPprof(untilMs: number): void {
  let sum = 0;
  while (workedMs() < untilMs) sum += Math.sqrt(sum + 1);
}

function spinForChrome(untilMs: number): void {
  let sum = 0;
  while (workedMs() < untilMs) sum += Math.sqrt(sum + 1);
}

function makeNoticeably(untilMs: number): void {
  let kept: unknown[] = [];
  while (workedMs() < untilMs) {
    kept.push(Array.from({ length: 1000 }, () => kept.length));
    if (kept.length > 2000) kept = [];
  }
}

function bytes({ body }: TakenProfile): Uint8Array {
  assert.ok(body instanceof Uint8Array);
  return body;
}

const names = (profile: TakenProfile): string[] =>
  (readPprof(gunzipSync(bytes(profile))) as { string_table: string[] }).string_table;

test("where time goes, for go tool pprof", async () => {
  const profiler = new Profiler({ clock: busyClock(spinForPprof) });
  const taken = await profiler.take({ kind: "cpu", durationMs: 100 });
  assert.equal(taken.fileName, "cpu.pb.gz");
  assert.ok(names(taken).includes("spinForPprof"));
});

test("where time goes, for Chrome", async () => {
  const profiler = new Profiler({ clock: busyClock(spinForChrome) });
  const taken = await profiler.take({ kind: "cpu", format: "devtools", durationMs: 100 });
  const { nodes, samples } = JSON.parse(Buffer.from(bytes(taken)).toString()) as {
    nodes: { callFrame: { functionName: string } }[];
    samples: number[];
  };
  assert.ok(samples.length > 0);
  assert.ok(nodes.some(({ callFrame }) => callFrame.functionName === "spinForChrome"));
});

test("what is made on the heap", async () => {
  const profiler = new Profiler({ clock: busyClock(makeNoticeably) });
  const made = await profiler.take({ kind: "allocations", durationMs: 100 });
  assert.ok(names(made).includes("makeNoticeably"));
  assert.ok(names(made).includes("alloc_space"));
  const live = await profiler.take({ kind: "heap", durationMs: 50 });
  assert.ok(names(live).includes("inuse_space"));
  const chrome = await profiler.take({ kind: "heap", format: "devtools", durationMs: 50 });
  assert.ok("head" in (JSON.parse(Buffer.from(bytes(chrome)).toString()) as object));
});

test("how late the event loop is", async () => {
  const profiler = new Profiler({ clock: systemClock });
  const taken = await profiler.take({ kind: "event-loop", durationMs: 100 });
  const report = JSON.parse(Buffer.from(bytes(taken)).toString()) as {
    utilization: number;
    delayMs: { mean: number; max: number };
  };
  assert.ok(report.utilization >= 0 && report.utilization <= 1);
  assert.ok(report.delayMs.max >= report.delayMs.mean);
});

test("two profiles at once: the second is told when to come back", async () => {
  const clock = new VirtualClock();
  const profiler = new Profiler({ clock });
  const first = profiler.take({ kind: "event-loop", durationMs: 5000 });
  await clock.advance(2000);
  await assert.rejects(
    profiler.take({ kind: "cpu" }),
    (error) => Problem.is(error, "conflict") && error.retryAfterMs === 3000,
  );
  await clock.advance(3000);
  await first;
  const next = profiler.take({ kind: "event-loop", durationMs: 1 });
  await clock.advance(1);
  await next;
});

test("who leaves ends the profile, and the next may be taken", async () => {
  const clock = new VirtualClock();
  const profiler = new Profiler({ clock });
  for (const kind of ["cpu", "heap", "allocations", "event-loop"] as const) {
    const leave = new AbortController();
    const taken = profiler.take({ kind, durationMs: 5000, signal: leave.signal });
    await clock.advance(10);
    leave.abort(CANCELLED);
    await assert.rejects(taken, (error) => error === CANCELLED, kind);
  }
  assert.equal(clock.pending, 0);
});

test("times beyond the limit are refused", async () => {
  const profiler = new Profiler({ clock: new VirtualClock(), maxDurationMs: 1000 });
  for (const durationMs of [1001, 0, -1, Number.NaN, Infinity]) {
    await assert.rejects(profiler.take({ kind: "cpu", durationMs }), (error) =>
      Problem.is(error, "invalid_request"),
    );
  }
});

test("a snapshot counts as taken until it is read, or nobody reads on", async () => {
  // In a thread, whose heap is small: a snapshot takes as long as the heap of its thread is large.
  const thread = new Worker(new URL("../testing/snapshot-thread.ts", import.meta.url));
  assert.deepEqual(await once(thread, "exit"), [0]);
});
