import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, VirtualClock } from "@signalbox/base";
import { createMemoryIdempotencyStore } from "../idempotency/memory-idempotency-store.ts";
import { defineOperation } from "../operation.ts";
import { type Notes, PROJECT, startExample } from "../testing/example-service.ts";

const post = (key: string, text = "x", token = "all") => ({
  method: "POST" as const,
  url: "/api/v2/notes",
  headers: { authorization: `Bearer ${token}`, "idempotency-key": key },
  payload: { projectId: PROJECT, text },
});

test("a repeated key is answered with what was answered", async () => {
  const { server, services } = startExample();
  const first = await server.inject(post("k1"));
  const second = await server.inject(post("k1"));
  assert.equal(second.statusCode, 201);
  assert.equal(second.body, first.body);
  assert.equal(second.headers["idempotent-replayed"], "true");
  assert.equal(first.headers["idempotent-replayed"], undefined);
  assert.equal(services.calls.length, 1);
  await server.close();
});

test("keys belong to one caller, and to one request", async () => {
  const { server, services } = startExample();
  await server.inject(post("k1"));
  assert.equal((await server.inject(post("k1", "x", "no-delete"))).statusCode, 201);
  assert.equal(services.calls.length, 2);
  const other = await server.inject(post("k1", "other"));
  assert.equal(other.statusCode, 409);
  assert.equal(other.json().code, "idempotency_mismatch");
  assert.equal((await server.inject(post("k\u0001"))).statusCode, 400);
  await server.close();
});

function failingOnce() {
  let calls = 0;
  const operation = defineOperation({
    id: "failingOnce",
    method: "POST",
    path: "/failing-once",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 200: { description: "" }, 409: { description: "" } },
    handler: async (_request, _notes: Notes) => {
      calls += 1;
      if (calls === 1) throw new Problem("conflict", "not now");
      return { status: 200 };
    },
  });
  return { operation, calls: () => calls };
}

test("a refusal is not kept: the same key may try again", async () => {
  const { operation, calls } = failingOnce();
  const { server } = startExample({}, [operation]);
  const request = { ...post("k1"), url: "/failing-once" };
  assert.equal((await server.inject(request)).statusCode, 409);
  assert.equal((await server.inject(request)).statusCode, 200);
  assert.equal((await server.inject(request)).statusCode, 200);
  assert.equal(calls(), 2);
  await server.close();
});

test("a duplicate waits for the first one", async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  let calls = 0;
  const slow = defineOperation({
    id: "slow",
    method: "POST",
    path: "/slow",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 200: { description: "" } },
    handler: async (_request, _notes: Notes) => {
      calls += 1;
      entered.resolve();
      await gate.promise;
      return { status: 200 };
    },
  });
  const { server } = startExample({}, [slow]);
  const request = { ...post("k1"), url: "/slow" };
  const first = server.inject(request);
  await entered.promise;
  const second = server.inject(request);
  gate.resolve();
  assert.equal((await first).statusCode, 200);
  assert.equal((await second).headers["idempotent-replayed"], "true");
  assert.equal(calls, 1);
  await server.close();
});

test("answers are kept for a time, and only so many", async () => {
  const clock = new VirtualClock();
  const store = createMemoryIdempotencyStore(clock, { keepMs: 1000, maxKeys: 2 });
  const { signal } = new AbortController();
  const answer = { status: 201, headers: {}, body: "" };
  const start = async (key: string): Promise<string> => {
    const started = await store.start("alice", key, "digest", signal);
    if (started.kind === "first") started.ticket.keep(answer);
    return started.kind;
  };
  assert.equal(await start("a"), "first");
  assert.equal(await start("b"), "first");
  assert.equal(await start("c"), "first");
  assert.equal(await start("a"), "first", "the oldest was forgotten");
  assert.equal(await start("c"), "repeat");
  await clock.advance(1000);
  assert.equal(await start("c"), "first");
  assert.equal(clock.pending, 1);
});

test("a store full of running requests takes no more; a waiting duplicate can give up", async () => {
  const store = createMemoryIdempotencyStore(new VirtualClock(), { maxKeys: 1 });
  const controller = new AbortController();
  await store.start("alice", "a", "digest", controller.signal);
  await assert.rejects(store.start("alice", "b", "digest", controller.signal), (error) =>
    Problem.is(error, "unavailable"),
  );
  const waiting = store.start("alice", "a", "digest", controller.signal);
  controller.abort(new Error("gone"));
  await assert.rejects(waiting, /gone/);
});
