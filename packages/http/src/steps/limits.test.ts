import assert from "node:assert/strict";
import { test } from "node:test";
import type { MetricSpec, Metrics } from "@signalbox/base";
import { VirtualClock } from "@signalbox/base";
import { defineOperation } from "../operation.ts";
import { type Notes, startExample } from "../testing/example-service.ts";

const headers = { authorization: "Bearer all" };

test("an address that asks too often waits, known or not", async () => {
  const clock = new VirtualClock();
  const addressRate = { perSecond: 0.5, burst: 2 };
  const { server } = startExample({ clock, limits: { addressRate } });
  const ask = () => server.inject({ url: "/api/v2/notes" });
  assert.equal((await ask()).statusCode, 401);
  assert.equal((await ask()).statusCode, 401);
  const refused = await ask();
  assert.equal(refused.statusCode, 429);
  assert.equal(refused.headers["retry-after"], "2");
  await clock.advance(2000);
  assert.equal((await ask()).statusCode, 401);
  assert.equal((await ask()).statusCode, 429);
  await server.close();
});

test("a caller that asks too often waits, another one does not", async () => {
  const clock = new VirtualClock();
  const { server } = startExample({ clock, limits: { callerRate: { perSecond: 1, burst: 1 } } });
  const ask = (token: string) =>
    server.inject({ url: "/api/v2/notes", headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask("all")).statusCode, 200);
  assert.equal((await ask("all")).statusCode, 429);
  assert.equal((await ask("only-read")).statusCode, 200);
  await server.close();
});

function gated(method: "GET" | "POST" = "GET"): {
  readonly operation: ReturnType<typeof defineOperation<Notes>>;
  readonly entered: Promise<void>;
  readonly open: () => void;
} {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const operation = defineOperation({
    id: "gated",
    method,
    path: "/gated",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 200: { description: "" } },
    handler: async (_request, _notes: Notes) => {
      entered.resolve();
      await gate.promise;
      return { status: 200 };
    },
  });
  return { operation, entered: entered.promise, open: () => gate.resolve() };
}

test("requests in flight are limited: 503 for the server, 429 for the caller", async () => {
  for (const [limits, status] of [
    [{ inFlight: 1 }, 503],
    [{ callerInFlight: 1 }, 429],
  ] as const) {
    const { operation, entered, open } = gated();
    const { server } = startExample({ limits }, [operation]);
    const first = server.inject({ url: "/gated", headers });
    await entered;
    const refused = await server.inject({ url: "/api/v2/notes", headers });
    assert.equal(refused.statusCode, status);
    assert.equal(refused.headers["retry-after"], "1");
    open();
    assert.equal((await first).statusCode, 200);
    assert.equal((await server.inject({ url: "/api/v2/notes", headers })).statusCode, 200);
    await server.close();
  }
});

test("a refused request gives back what it had taken", async () => {
  const { server } = startExample({ limits: { inFlight: 1, callerInFlight: 1 } });
  for (let round = 0; round < 3; round++) {
    assert.equal((await server.inject({ url: "/api/v2/notes" })).statusCode, 401);
    assert.equal((await server.inject({ url: "/api/v2/notes/x", headers })).statusCode, 400);
    assert.equal((await server.inject({ url: "/api/v2/notes", headers })).statusCode, 200);
  }
  await server.close();
});

test("metrics count requests by operation and status, and what was limited", async () => {
  const samples: string[] = [];
  const record = (spec: MetricSpec) => (value: unknown) =>
    void samples.push(`${spec.name} ${JSON.stringify(value)}`);
  const metrics: Metrics = {
    counter: (spec) => ({ add: record(spec) }),
    gauge: (spec) => ({ set: record(spec) }),
    histogram: (spec) => ({ observe: (_value, labels) => record(spec)(labels) }),
    sampled: () => {},
  };
  const addressRate = { perSecond: 0.001, burst: 1 };
  const { server } = startExample({ metrics, limits: { addressRate } });
  await server.inject({ url: "/api/v2/notes", headers });
  await server.inject({ url: "/api/v2/notes", headers });
  await server.inject({ url: "/nope", method: "PROPFIND" });
  assert.deepEqual(server.stats(), { inFlight: 0, addresses: 1, callers: 1, idempotencyKeys: 0 });
  await server.close();
  assert.deepEqual(
    samples.filter((sample) => !sample.startsWith("http_request_duration")),
    [
      "http_requests_in_flight 1",
      "http_requests_in_flight 0",
      'http_requests_total {"operation":"listNotes","method":"GET","status":"200"}',
      'http_requests_limited_total {"limit":"address"}',
      'http_requests_total {"operation":"listNotes","method":"GET","status":"429"}',
      'http_requests_total {"operation":"none","method":"other","status":"404"}',
    ],
  );
});

test("bodies in flight are limited by their bytes, until the answer has gone", async () => {
  const { operation, entered, open } = gated("POST");
  const limits = { callerBodyBytes: 1000, bodyBytes: 900 };
  const { server } = startExample({ limits }, [operation]);
  const ask = (url: string, bytes: number, token = "all") =>
    server.inject({
      method: "POST",
      url,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      payload: JSON.stringify("x".repeat(bytes - 2)),
    });
  const first = ask("/gated", 800);
  await entered;
  const refused = await ask("/api/v2/notes", 300);
  assert.equal(refused.statusCode, 429);
  assert.equal(refused.headers["retry-after"], "1");
  assert.equal((await ask("/api/v2/notes", 200)).statusCode, 400, "small ones are read");
  assert.equal(
    (await ask("/api/v2/notes", 300, "no-read")).statusCode,
    400,
    "those of others, too",
  );
  open();
  assert.equal((await first).statusCode, 200);
  assert.equal((await ask("/api/v2/notes", 300)).statusCode, 400);
  await server.close();
});
