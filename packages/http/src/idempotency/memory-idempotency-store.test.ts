import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, VirtualClock } from "@signalbox/base";
import type { IdempotencyStore, KeptAnswer } from "./idempotency-store.ts";
import { createMemoryIdempotencyStore } from "./memory-idempotency-store.ts";

const ANSWER: KeptAnswer = { status: 201, headers: {}, body: "{}" };
const { signal } = new AbortController();

async function use(store: IdempotencyStore, caller: string, key: string): Promise<string> {
  const start = await store.start(caller, key, "digest", signal);
  if (start.kind === "first") start.ticket.keep(ANSWER);
  return start.kind;
}

test("the same key of another caller is another key", async () => {
  const store = createMemoryIdempotencyStore(new VirtualClock());
  assert.equal(await use(store, "alice", "k"), "first");
  assert.equal(await use(store, "bob", "k"), "first");
  assert.equal(await use(store, "alice", "k"), "repeat");
  const other = await store.start("alice", "k", "another digest", signal);
  assert.equal(other.kind, "mismatch");
});

test("a caller with many keys pushes out its own oldest ones alone", async () => {
  const clock = new VirtualClock();
  const store = createMemoryIdempotencyStore(clock, { maxKeys: 10, maxKeysOfCaller: 3 });
  await use(store, "bob", "k");
  for (let n = 0; n < 50; n++) await use(store, "alice", `k${n}`);
  assert.equal(await use(store, "bob", "k"), "repeat");
  for (const n of [47, 48, 49]) assert.equal(await use(store, "alice", `k${n}`), "repeat");
  assert.equal(await use(store, "alice", "k46"), "first");
  assert.equal(clock.pending, 4, "one timer for each key that is kept");
});

test("the oldest of all makes room when there are too many callers", async () => {
  const store = createMemoryIdempotencyStore(new VirtualClock(), { maxKeys: 3 });
  for (let n = 0; n < 4; n++) await use(store, `caller ${n}`, "k");
  assert.equal(await use(store, "caller 3", "k"), "repeat");
  assert.equal(await use(store, "caller 0", "k"), "first");
});

test("what is being carried out is never forgotten", async () => {
  const store = createMemoryIdempotencyStore(new VirtualClock(), { maxKeysOfCaller: 1 });
  const running = await store.start("alice", "k1", "digest", signal);
  await assert.rejects(store.start("alice", "k2", "digest", signal), (error) =>
    Problem.is(error, "unavailable"),
  );
  assert.equal(await use(store, "bob", "k2"), "first");
  assert.equal(running.kind, "first");
  if (running.kind === "first") running.ticket.release();
  assert.equal(await use(store, "alice", "k2"), "first");
});

test("keys are forgotten after a while, and take no room then", async () => {
  const clock = new VirtualClock();
  const store = createMemoryIdempotencyStore(clock, { keepMs: 1000, maxKeysOfCaller: 1 });
  await use(store, "alice", "k");
  await clock.advance(1000);
  assert.equal(clock.pending, 0);
  assert.equal(await use(store, "alice", "k"), "first");
});
