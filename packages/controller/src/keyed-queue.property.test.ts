import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { seededRandom } from "@signalbox/base";
import * as fc from "fast-check";
import { resolveBackoff } from "./backoff.ts";
import { KeyedQueue, type WorkOutcome } from "./keyed-queue.ts";

const BACKOFF = resolveBackoff({ baseMs: 10, maxMs: 500, minGapMs: 50 });

type Step =
  | { readonly do: "add"; readonly key: string }
  | { readonly do: "take" }
  | { readonly do: "finish"; readonly nth: number; readonly outcome: WorkOutcome }
  | { readonly do: "pass"; readonly ms: number };

const outcomeArbitrary: fc.Arbitrary<WorkOutcome> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: "done" } as const) },
  fc.record({ type: fc.constantFrom("again", "yielded"), afterMs: fc.nat(300) }),
  fc.record({
    type: fc.constant("failed"),
    retryAfterMs: fc.option(fc.nat(300), { nil: undefined }),
  }),
);

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("add"), key: fc.constantFrom("a", "b", "c", "d") }),
  fc.constant({ do: "take" } as const),
  fc.record({ do: fc.constant("finish"), nth: fc.nat(3), outcome: outcomeArbitrary }),
  fc.record({ do: fc.constant("pass"), ms: fc.nat(200) }),
);

/**
 * Drives a queue and keeps the books on what it owes: a key that an event named is owed a run that
 * starts after that event.
 */
class Ledger {
  readonly queue: KeyedQueue;
  readonly held: string[] = [];
  readonly owed = new Set<string>();
  nowMs = 0;
  runs = 0;

  constructor(seed: number) {
    this.queue = new KeyedQueue(BACKOFF, seededRandom(seed));
  }

  step(step: Step): void {
    if (step.do === "add") this.add(step.key);
    else if (step.do === "take") this.take();
    else if (step.do === "pass") this.nowMs += step.ms;
    else this.finish(step.nth, step.outcome);
  }

  add(key: string): void {
    this.queue.add(key, this.nowMs);
    this.owed.add(key);
  }

  take(): boolean {
    const lease = this.queue.take(this.nowMs);
    if (lease === undefined) return false;
    assert.ok(!this.held.includes(lease.key), `two workers hold ${lease.key}`);
    assert.ok(lease.waitedMs >= 0 && lease.attempt >= 1);
    this.held.push(lease.key);
    this.owed.delete(lease.key);
    this.runs++;
    return true;
  }

  finish(nth: number, outcome: WorkOutcome): void {
    const [key] = this.held.splice(nth, 1);
    if (key === undefined) return;
    const delayMs = this.queue.finish(key, outcome, this.nowMs);
    if (this.owed.has(key)) {
      const limitMs = outcome.type === "failed" ? BACKOFF.minGapMs : 0;
      assert.ok(delayMs !== undefined && delayMs <= limitMs, `held ${key} waits ${delayMs} ms`);
    }
  }

  check(): void {
    const { ready, delayed, running } = this.queue.depth;
    assert.equal(running, this.held.length);
    assert.ok(ready >= 0 && delayed >= 0 && ready + delayed + running <= 4);
    assert.equal(this.queue.nextDueMs !== undefined, delayed > 0);
  }

  /** Lets everything succeed from now on, going from one due time to the next. */
  settle(): void {
    for (let round = 0; round < 1_000; round++) {
      while (this.held.length > 0) this.finish(0, { type: "done" });
      if (this.take()) continue;
      const dueMs = this.queue.nextDueMs;
      if (dueMs === undefined) return;
      assert.ok(dueMs > this.nowMs, "what is due must be handed out");
      this.nowMs = dueMs;
    }
    assert.fail("the queue does not come to rest");
  }
}

const run = (property: fc.IRawProperty<unknown>, seed: number): void =>
  void fc.assert(property, { seed, numRuns: 500 });

describe("KeyedQueue, whatever happens", () => {
  it("never gives a key to two workers, and its books balance", () => {
    run(
      fc.property(fc.array(stepArbitrary, { maxLength: 120 }), fc.integer(), (steps, seed) => {
        const ledger = new Ledger(seed);
        for (const step of steps) {
          ledger.step(step);
          ledger.check();
        }
      }),
      20260201,
    );
  });

  it("loses nothing, and remembers nothing at rest", () => {
    run(
      fc.property(fc.array(stepArbitrary, { maxLength: 120 }), fc.integer(), (steps, seed) => {
        const ledger = new Ledger(seed);
        for (const step of steps) ledger.step(step);
        ledger.settle();
        assert.deepEqual([...ledger.owed], []);
        assert.deepEqual(ledger.queue.depth, { ready: 0, delayed: 0, running: 0 });
      }),
      20260202,
    );
  });

  it("folds any number of events that come during a run into one more run", () => {
    run(
      fc.property(fc.integer({ min: 1, max: 50 }), (events) => {
        const ledger = new Ledger(1);
        ledger.add("a");
        ledger.take();
        for (let i = 0; i < events; i++) ledger.add("a");
        ledger.settle();
        assert.equal(ledger.runs, 2);
      }),
      20260203,
    );
  });

  it("lets a failing key run no oftener than its gap, however many events name it", () => {
    run(
      fc.property(fc.array(fc.nat(40), { minLength: 20, maxLength: 200 }), (pauses) => {
        const ledger = new Ledger(2);
        ledger.add("a");
        for (const ms of pauses) {
          ledger.nowMs += ms;
          ledger.add("a");
          if (ledger.take()) ledger.finish(0, { type: "failed", retryAfterMs: 10_000 });
        }
        assert.ok(ledger.runs <= 1 + ledger.nowMs / BACKOFF.minGapMs + 1);
      }),
      20260204,
    );
  });
});
