import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import type { Rebuild, Server } from "../../model/server.ts";
import type { MachineState } from "../../providers/provider.ts";
import { BOOTED, IMAGE_ID, machine, server, SERVER_ID, START_MS } from "../testing/fixtures.ts";
import { nextRebuildStep, REBUILD_RANK, type RebuildStep, storedRebuild } from "./rebuild.ts";
import { statusFromMachine } from "./status-from-machine.ts";

const SEED = 20_260_101;
const IMAGES = [IMAGE_ID, "image-b", "image-c"] as const;
const FAULT = { reason: "rebuild_failed", message: "the disk could not be written" } as const;

type Op =
  | { readonly type: "choose"; readonly imageId: string }
  | { readonly type: "retry" }
  /** One reconcile; it may be cut short, and the API may write while it is under way. */
  | { readonly type: "turn"; readonly crash: Crash; readonly race: string | undefined }
  | { readonly type: "finish" | "fail" | "forget" };
type Crash = "none" | "before the call" | "before the note";

const anImage = fc.constantFrom(...IMAGES);
const anOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ type: fc.constant("choose"), imageId: anImage }) },
  { weight: 1, arbitrary: fc.constant<Op>({ type: "retry" }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("turn"),
      crash: fc.constantFrom<Crash>("none", "none", "none", "before the call", "before the note"),
      race: fc.option(anImage, { nil: undefined, freq: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Op>(
      { type: "finish" },
      { type: "finish" },
      { type: "fail" },
      { type: "forget" },
    ),
  },
);

/** A server, its machine, and what the provider was asked for. */
class Model {
  stored: Server = server(SERVER_ID, { status: BOOTED });
  seen: MachineState = machine();
  /** What the running rebuild is to put on the disk, and for which intent. */
  #task: { readonly imageId: string; readonly intent: number } | undefined;
  #intent = 0;
  readonly #starts = new Map<number, number>();
  /** Submissions that the provider has lost, or that failed before they were noted. */
  readonly #lost = new Map<number, number>();
  failures = 0;

  apply(op: Op): void {
    switch (op.type) {
      case "choose":
        return this.choose(op.imageId);
      case "retry":
        return this.#retry();
      case "turn":
        return this.turn(op.crash, op.race);
      case "finish":
      case "fail":
      case "forget":
        return this.end(op.type);
    }
  }

  choose(imageId: string): void {
    if (this.stored.spec.imageId === imageId) return;
    this.#intent++;
    this.#store({ ...this.stored, spec: { ...this.stored.spec, imageId } });
  }

  turn(crash: Crash = "none", race?: string): void {
    const read = this.stored;
    const intent = this.#intent;
    const step = nextRebuildStep(read, this.seen, START_MS);
    if (race !== undefined) this.choose(race);
    if (crash === "before the call") return;
    if (step.type === "submit") this.#submit(read.spec.imageId, intent);
    if (crash === "before the note") return;
    this.#note(read, step);
  }

  end(how: "finish" | "fail" | "forget"): void {
    const task = this.#task;
    if (task === undefined) return;
    this.#task = undefined;
    const { task: _ended, ...rest } = this.seen;
    if (how === "finish") this.seen = { ...rest, imageId: task.imageId };
    else if (how === "forget") this.seen = rest;
    else this.seen = { ...rest, power: "failed", fault: FAULT };
    if (how === "fail") this.failures++;
    const isNoted = this.stored.status.rebuild?.state === "Rebuilding";
    if (how === "forget" || (how === "fail" && !isNoted)) increment(this.#lost, task.intent);
  }

  /** What is under way ends, and the failure of a rebuild that has failed is noted. */
  settleFailure(): void {
    this.end("fail");
    this.turn();
    this.turn();
    this.end("finish");
  }

  get startsByIntent(): readonly number[] {
    return Array.from({ length: this.#intent + 1 }, (_, intent) => this.#starts.get(intent) ?? 0);
  }

  #retry(): void {
    const { rebuild, ...status } = this.stored.status;
    if (rebuild?.state !== "Failed") return;
    this.#intent++;
    this.#store({ ...this.stored, status });
  }

  #submit(imageId: string, intent: number): void {
    assert.equal(this.#task, undefined, "a rebuild is never submitted on top of another");
    increment(this.#starts, intent);
    const allowed = 1 + (this.#lost.get(intent) ?? 0);
    assert.ok((this.#starts.get(intent) ?? 0) <= allowed, "submitted again without need");
    this.#task = { imageId, intent };
    const { fault: _past, ...rest } = this.seen;
    this.seen = { ...rest, power: "running", task: "rebuild" };
  }

  #note(read: Server, step: RebuildStep): void {
    const changed = noted(this.stored, read, step);
    this.#store({ ...changed, status: statusFromMachine(changed, this.seen, START_MS) });
  }

  #store(next: Server): void {
    const before = this.stored.status.rebuild;
    const after = next.status.rebuild;
    if (before !== undefined && before.targetImageId === after?.targetImageId) {
      assert.ok(REBUILD_RANK[after.state] >= REBUILD_RANK[before.state], "the rank fell");
    }
    this.stored = next;
  }
}

/** What a step leaves in the store. */
function noted(present: Server, read: Server, step: RebuildStep): Server {
  const { rebuild: marker, ...rest } = present.status;
  const target = read.spec.imageId;
  if (step.type === "clear") {
    return marker?.targetImageId === target ? { ...present, status: rest } : present;
  }
  const decided = step.type === "mark" ? step.rebuild : acceptedBy(step, read);
  const rebuild = decided === undefined ? marker : storedRebuild(present, decided);
  return rebuild === undefined ? present : { ...present, status: { ...rest, rebuild } };
}

function acceptedBy(step: RebuildStep, read: Server): Rebuild | undefined {
  const { rebuild } = read.status;
  return step.type === "submit" && rebuild !== undefined
    ? { ...rebuild, state: "Rebuilding" }
    : undefined;
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** More turns than any state is away from rest. */
const TURNS_TO_REST = 12;

function rest(model: Model): void {
  for (let turns = 0; turns < TURNS_TO_REST; turns++) {
    model.turn();
    model.end("finish");
  }
}

it("a rebuild is submitted once an intent, never falls back, and ends on the wanted image", () => {
  fc.assert(
    fc.property(fc.array(anOp, { maxLength: 40 }), (ops) => {
      const model = new Model();
      for (const op of ops) model.apply(op);
      rest(model);
      const { rebuild } = model.stored.status;
      if (rebuild !== undefined) {
        assert.equal(rebuild.state, "Failed");
        assert.ok(model.failures > 0, "it was given up though nothing failed");
        return;
      }
      assert.equal(model.seen.imageId, model.stored.spec.imageId);
      assert.equal(model.stored.status.imageId, model.stored.spec.imageId);
      assert.deepEqual(nextRebuildStep(model.stored, model.seen, START_MS), { type: "none" });
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

it("whatever has failed, choosing another image is enough once nothing fails any more", () => {
  fc.assert(
    fc.property(fc.array(anOp, { maxLength: 40 }), anImage, (ops, imageId) => {
      const model = new Model();
      for (const op of ops) model.apply(op);
      model.settleFailure();
      fc.pre(model.stored.spec.imageId !== imageId);
      model.choose(imageId);
      rest(model);
      assert.equal(model.stored.status.rebuild, undefined);
      assert.equal(model.seen.imageId, imageId);
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

it("a rebuild that nothing disturbs is submitted exactly once, wherever the process crashes", () => {
  const crashes = fc.array(fc.constantFrom<Crash>("none", "before the call", "before the note"));
  fc.assert(
    fc.property(crashes, fc.boolean(), (turns, endsEarly) => {
      const model = new Model();
      model.choose("image-b");
      for (const crash of turns) {
        model.turn(crash);
        if (endsEarly) model.end("finish");
      }
      rest(model);
      assert.deepEqual(model.startsByIntent, [0, 1]);
      assert.equal(model.seen.imageId, "image-b");
    }),
    { seed: SEED, numRuns: 500 },
  );
});
