import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import {
  CANCELLED,
  noMetrics,
  Problem,
  seededRandom,
  silentLog,
  VirtualClock,
} from "@signalbox/base";
import { type Controller, type ReconcileContext, RequeueError } from "./controller.ts";
import { ControllerLoop } from "./controller-loop.ts";
import { createControllerInstruments } from "./instruments.ts";

type Reconcile = Controller["reconcile"];

interface Rig {
  readonly loop: ControllerLoop;
  readonly clock: VirtualClock;
}

function createRig(t: TestContext, reconcile: Reconcile, extra: Partial<Controller> = {}): Rig {
  const clock = new VirtualClock();
  const loop = new ControllerLoop(
    { name: "test", inputs: [], outputs: [], backoff: { jitter: 0 }, ...extra, reconcile },
    {
      clock,
      random: seededRandom(1),
      log: silentLog,
      instruments: createControllerInstruments(noMetrics)("test"),
    },
  );
  loop.start();
  t.after(async () => {
    loop.abort(CANCELLED);
    await loop.drain();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });
  return { loop, clock };
}

/** A reconcile that ends when the test says so. */
class Gate {
  readonly started: string[] = [];
  readonly contexts: ReconcileContext[] = [];
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  readonly reconcile: Reconcile = async (key, context) => {
    this.started.push(key);
    this.contexts.push(context);
    const gate = Promise.withResolvers<void>();
    context.signal.addEventListener("abort", () => gate.reject(context.signal.reason));
    this.#waiting.set(key, gate);
    await gate.promise;
  };

  open(key: string): void {
    this.#waiting.get(key)?.resolve();
  }
}

const turn = (clock: VirtualClock): Promise<void> => clock.advance(0);

describe("ControllerLoop", () => {
  it("works on as many keys at a time as it may, and on no key twice", async (t) => {
    const gate = new Gate();
    const { loop, clock } = createRig(t, gate.reconcile, { concurrency: 2 });
    for (const key of ["a", "a", "b", "c"]) loop.enqueue(key);
    loop.enqueue("a");
    assert.deepEqual(gate.started, ["a", "b"]);
    gate.open("b");
    await turn(clock);
    assert.deepEqual(gate.started, ["a", "b", "c"]);
    assert.deepEqual(loop.inFlight, ["a", "c"]);
    gate.open("a");
    await turn(clock);
    assert.deepEqual(gate.started, ["a", "b", "c", "a"]);
  });

  it("tries a failed key again after its backoff, with the number of the try", async (t) => {
    const attempts: [number, number][] = [];
    const { loop, clock } = createRig(t, async (_key, { attempt }) => {
      attempts.push([attempt, clock.monotonic()]);
      if (attempt <= 3) throw new Error("not yet");
    });
    loop.enqueue("a");
    await clock.advance(60_000);
    assert.deepEqual(attempts, [
      [1, 0],
      [2, 250],
      [3, 750],
      [4, 1_750],
    ]);
    assert.deepEqual(loop.depth, { ready: 0, delayed: 0, running: 0 });
  });

  it("contains a reconcile that throws before it has a promise", async (t) => {
    let runs = 0;
    const { loop, clock } = createRig(t, () => {
      runs++;
      throw new TypeError("a bug");
    });
    loop.enqueue("a");
    await clock.advance(250);
    assert.equal(runs, 2);
  });

  it("heeds the delay that a Problem asks for", async (t) => {
    let runs = 0;
    const { loop, clock } = createRig(t, async () => {
      runs++;
      throw new Problem("no_capacity", "the host is full", { retryAfterMs: 20_000 });
    });
    loop.enqueue("a");
    await clock.advance(19_999);
    assert.equal(runs, 1);
    await clock.advance(1);
    assert.equal(runs, 2);
  });

  for (const [name, ending] of [
    ["an answer", async () => ({ requeueAfterMs: 5_000 })],
    [
      "a RequeueError",
      () => Promise.reject(new RequeueError("the network is not there yet", 5_000)),
    ],
  ] as const) {
    it(`looks again after the delay of ${name}, or at once on an event`, async (t) => {
      const runs: number[] = [];
      const { loop, clock } = createRig(t, async () => {
        runs.push(clock.monotonic());
        return ending();
      });
      loop.enqueue("a");
      await clock.advance(6_000);
      assert.deepEqual(runs, [0, 5_000]);
      loop.enqueue("a");
      await turn(clock);
      assert.deepEqual(runs, [0, 5_000, 6_000]);
    });
  }

  it("aborts a reconcile that takes too long and tries it again", async (t) => {
    const gate = new Gate();
    const { loop, clock } = createRig(t, gate.reconcile, { timeoutMs: 1_000 });
    loop.enqueue("a");
    await clock.advance(1_000);
    assert.ok(Problem.is(gate.contexts[0]?.signal.reason, "request_timeout"));
    await clock.advance(250);
    assert.equal(gate.contexts[1]?.attempt, 2);
  });

  it("starts nothing once it drains, and waits for what is in flight", async (t) => {
    const gate = new Gate();
    const { loop, clock } = createRig(t, gate.reconcile, { concurrency: 1 });
    loop.enqueue("a");
    loop.enqueue("b");
    let drained = false;
    const draining = loop.drain().then(() => {
      drained = true;
    });
    await clock.advance(60_000);
    assert.equal(drained, false);
    gate.open("a");
    await draining;
    loop.enqueue("c");
    await clock.advance(60_000);
    assert.deepEqual(gate.started, ["a"]);
  });

  it("goes through 10,000 keys with one timer and remembers none of them", async (t) => {
    let runs = 0;
    let mostTimers = 0;
    const { loop, clock } = createRig(
      t,
      async (_key, { attempt }) => {
        runs++;
        mostTimers = Math.max(mostTimers, clock.pending);
        return attempt === 1 && runs <= 10_000 ? { requeueAfterMs: 1_000 } : undefined;
      },
      { concurrency: 8 },
    );
    for (let i = 0; i < 10_000; i++) loop.enqueue(`key-${i}`);
    await turn(clock);
    assert.deepEqual(loop.depth, { ready: 0, delayed: 10_000, running: 0 });
    assert.equal(clock.pending, 1);
    await clock.advance(1_000);
    assert.equal(runs, 20_000);
    assert.deepEqual(loop.depth, { ready: 0, delayed: 0, running: 0 });
    assert.ok(mostTimers <= 8 + 1, `${mostTimers} timers at once`);
  });
});
