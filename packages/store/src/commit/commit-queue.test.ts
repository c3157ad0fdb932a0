import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Problem, VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { WIDGET } from "../conformance/harness.ts";
import type { Committed, Transaction } from "../store.ts";
import { View } from "../view/view.ts";
import type { PendingCommit } from "./commit.ts";
import { type CommitLimits, CommitQueue, type CommitSink } from "./commit-queue.ts";

const FULL = new Problem("store_full", "the disk is full");

/** A disk that writes when it is told to. */
class Disk implements CommitSink {
  readonly view = new View([WIDGET]);
  readonly clock = new VirtualClock();
  readonly writes: { readonly batch: readonly PendingCommit[]; readonly done: () => void }[] = [];
  /** How many of the next writes fail. */
  failures = 0;
  #durable = 0;

  async persist(batch: readonly PendingCommit[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.writes.push({ batch, done: resolve });
    await promise;
    if (this.failures > 0) {
      this.failures -= 1;
      throw FULL;
    }
    if (batch[0]?.revision !== this.#durable + 1) throw new Error("out of order");
    this.#durable = batch.at(-1)?.revision ?? this.#durable;
  }

  committed(batch: readonly PendingCommit[]): void {
    for (const { revision, changes } of batch) {
      this.view.apply(
        revision,
        changes.map(({ change }) => change),
      );
    }
  }

  queue(limits: Partial<CommitLimits> = {}): CommitQueue {
    const defaults = { maxBatch: 100, maxBatchLength: 1e6, maxQueued: 1000, maxValueLength: 1e4 };
    return new CommitQueue(this.view, this, { ...defaults, ...limits }, this.clock);
  }

  /** Lets the write that began earliest end, after `ms` on the clock. */
  async finish(ms = 10): Promise<readonly PendingCommit[]> {
    await this.clock.advance(ms);
    await until(() => this.writes.length > 0);
    const write = this.writes.shift();
    write?.done();
    await turn();
    return write?.batch ?? [];
  }
}

const create =
  (id: string) =>
  (tx: Transaction): void =>
    tx.create(WIDGET, id, { name: id });

function send(queue: CommitQueue, id: string): Promise<Committed<void>> {
  return queue.transact(create(id), undefined);
}

describe("CommitQueue", () => {
  it("makes one batch of what comes in a turn, and of what comes during a write", async () => {
    const disk = new Disk();
    const queue = disk.queue();
    const first = [send(queue, "a"), send(queue, "b")];
    await until(() => disk.writes.length === 1);
    const second = [send(queue, "c"), send(queue, "d"), send(queue, "e")];
    await turn();
    assert.equal(disk.writes.length, 1);
    assert.equal((await disk.finish()).length, 2);
    assert.equal((await disk.finish()).length, 3);
    const committed = await Promise.all([...first, ...second]);
    assert.deepEqual(
      committed.map(({ revision }) => revision),
      [1, 2, 3, 4, 5],
    );
  });

  it("answers nobody before the write is durable, not even who failed or only read", async () => {
    const disk = new Disk();
    const queue = disk.queue();
    const outcomes = Promise.allSettled([
      send(queue, "a"),
      send(queue, "a"),
      queue.transact((tx) => tx.get(WIDGET, "a")?.id, undefined),
    ]);
    await until(() => disk.writes.length === 1);
    assert.equal(await Promise.race([outcomes, turn()]), undefined);
    assert.equal(disk.view.get(WIDGET, "a"), undefined);
    await disk.finish();
    const [written, refused, read] = await outcomes;
    assert.equal(written.status, "fulfilled");
    assert.ok(refused.status === "rejected" && Problem.is(refused.reason, "already_exists"));
    assert.deepEqual(read, { status: "fulfilled", value: { revision: 1, result: "a" } });
  });

  it("rejects all of a batch that fails, and runs again what saw it", async () => {
    const disk = new Disk();
    const queue = disk.queue();
    disk.failures = 1;
    const lost = Promise.allSettled([
      send(queue, "a"),
      queue.transact((tx) => tx.get(WIDGET, "a")?.id, undefined),
    ]);
    await until(() => disk.writes.length === 1);
    const saw: (string | undefined)[] = [];
    const later = queue.transact((tx) => {
      saw.push(tx.get(WIDGET, "a")?.id);
      create("b")(tx);
    }, undefined);
    await until(() => saw.length === 1);
    await disk.finish();
    for (const outcome of await lost) assert.equal(outcome.status, "rejected");
    await disk.finish();
    assert.equal((await later).revision, 1);
    assert.deepEqual(saw, ["a", undefined]);
    assert.equal(disk.view.get(WIDGET, "a"), undefined);
  });

  it("sends early on a quick disk, two at most, and survives that the first fails", async () => {
    const disk = new Disk();
    const queue = disk.queue();
    const warmUp = send(queue, "warm-up");
    await until(() => disk.writes.length === 1);
    await disk.finish(0);
    await warmUp;

    const sent = Array.from({ length: 50 }, (_, n) => send(queue, `w-${n}`));
    const outcomes = Promise.allSettled(sent);
    await until(() => disk.writes.length === 2);
    assert.deepEqual(
      disk.writes.map(({ batch }) => batch.length),
      [16, 16],
    );
    disk.failures = 1;
    for (let left = 3; left > 0; left--) await disk.finish(0);
    await until(() => queue.waiting === 0 || disk.writes.length > 0);
    while (disk.writes.length > 0) await disk.finish(0);
    const states = (await outcomes).map(({ status }) => status);
    assert.equal(states.filter((status) => status === "rejected").length, 16);
    assert.ok(states.slice(0, 16).every((status) => status === "rejected"));
    assert.equal(disk.view.revision, 1 + 34);
    assert.equal(disk.view.size, 1 + 34);
  });

  it("waits for a slow disk to have larger batches", async () => {
    const disk = new Disk();
    const queue = disk.queue();
    const all = [send(queue, "first")];
    await until(() => disk.writes.length === 1);
    await disk.finish(10);
    for (let n = 0; n < 50; n++) all.push(send(queue, `w-${n}`));
    await until(() => disk.writes.length === 1);
    assert.equal((await disk.finish()).length, 50);
    await Promise.all(all);
  });

  it("keeps batches within their limits", async () => {
    const disk = new Disk();
    const queue = disk.queue({ maxBatch: 3 });
    const all = Array.from({ length: 7 }, (_, n) => send(queue, `w-${n}`));
    const sizes = [];
    for (let n = 0; n < 3; n++) sizes.push((await disk.finish()).length);
    assert.deepEqual(sizes, [3, 3, 1]);
    await Promise.all(all);
  });

  it("refuses what is beyond its bounds", async () => {
    const disk = new Disk();
    const queue = disk.queue({ maxQueued: 2, maxValueLength: 20 });
    const all = [send(queue, "a"), send(queue, "b")];
    await assert.rejects(send(queue, "c"), (error) => Problem.is(error, "store_unavailable"));
    await disk.finish();
    await Promise.all(all);
    const long = send(queue, "a-rather-long-name");
    await assert.rejects(long, (error) => Problem.is(error, "payload_too_large"));
  });

  it("lets a caller give up what has not run, and only that", async () => {
    const disk = new Disk();
    const queue = disk.queue();
    const controller = new AbortController();
    const running = queue.transact(create("a"), controller.signal);
    await until(() => disk.writes.length === 1);
    const reason = new Error("no longer wanted");
    const waiting = queue.transact(create("b"), controller.signal);
    controller.abort(reason);
    await assert.rejects(waiting, reason);
    await disk.finish();
    assert.equal((await running).revision, 1);
    assert.equal(disk.view.size, 1);
  });

  it("closes when everything that was taken is settled", async () => {
    const disk = new Disk();
    const queue = disk.queue({ maxBatch: 1 });
    const all = [send(queue, "a"), send(queue, "b")];
    const closed = queue.close();
    await assert.rejects(send(queue, "c"), (error) => Problem.is(error, "unavailable"));
    await disk.finish();
    await disk.finish();
    await closed;
    await Promise.all(all);
  });
});

/** A turn of the loop, microtasks included. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
