import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { AuditSink } from "../audit/audit-sink.ts";
import {
  ABSENT_NOTE_ID,
  NOTE_ID,
  ORGANIZATION,
  PROJECT,
  startExample,
} from "../testing/example-service.ts";

interface MemorySink extends AuditSink {
  readonly events: AuditEvent[];
}

function memorySink(overrides: Partial<AuditSink> = {}): MemorySink {
  const events: AuditEvent[] = [];
  return {
    events,
    accepting: true,
    write: (event) => {
      events.push(event);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    ...overrides,
  };
}

const headers = { authorization: "Bearer all" };
const tenancy = { organizationId: ORGANIZATION, projectId: PROJECT };
const url = `/api/v2/notes/${NOTE_ID}`;

test("create, delete and power verbs are recorded with tenancy (Appendix B 17)", async () => {
  const audit = memorySink();
  const { server } = startExample({ audit });
  const payload = { projectId: PROJECT, text: "x" };
  const created = await server.inject({ method: "POST", url: "/api/v2/notes", headers, payload });
  await server.inject({ method: "POST", url: `${url}/shout`, headers });
  await server.inject({ method: "DELETE", url, headers });
  const rows = audit.events.map(({ operation, verb, actor, tenancy, resource, outcome }) => ({
    operation,
    verb,
    actor,
    tenancy,
    resource,
    outcome,
  }));
  const actor = "alice";
  const resource = { type: "note", id: NOTE_ID };
  assert.deepEqual(rows, [
    {
      operation: "createNote",
      verb: "POST",
      actor,
      tenancy,
      resource: { type: "note", id: created.json().id },
      outcome: { status: 201 },
    },
    { operation: "shoutNote", verb: "POST", actor, tenancy, resource, outcome: { status: 202 } },
    { operation: "deleteNote", verb: "DELETE", actor, tenancy, resource, outcome: { status: 202 } },
  ]);
  assert.equal(audit.events[0]?.traceId, String(created.headers["traceparent"]).split("-")[1]);
  assert.equal(audit.events[0]?.sourceAddress, "127.0.0.1");
  await server.close();
});

test("refusals are recorded with what is known by then", async () => {
  const audit = memorySink();
  const { server } = startExample({
    audit,
    limits: { callerRate: { perSecond: 0.001, burst: 3 } },
  });
  const requests = [
    {
      method: "POST",
      url: "/api/v2/notes",
      code: "unauthenticated",
      authorization: "Bearer wrong",
    },
    { method: "DELETE", url, code: "forbidden", authorization: "Bearer only-read" },
    { method: "DELETE", url: "/api/v2/notes/x", code: "invalid_request" },
    { method: "DELETE", url: `/api/v2/notes/${ABSENT_NOTE_ID}`, code: "not_found" },
    { method: "POST", url: "/api/v2/notes", code: "invalid_request" },
    { method: "POST", url: "/api/v2/notes", code: "too_many_requests" },
  ] as const;
  for (const { method, url, ...rest } of requests) {
    const authorization = "authorization" in rest ? rest.authorization : headers.authorization;
    await server.inject({ method, url, headers: { authorization } });
  }
  assert.deepEqual(
    audit.events.map(({ outcome }) => outcome.code),
    requests.map(({ code }) => code),
  );
  assert.equal(audit.events[0]?.actor, undefined);
  assert.equal(audit.events[1]?.actor, "only-read");
  assert.deepEqual(audit.events[1]?.resource, undefined);
  await server.close();
});

test("what no operation answers is not recorded: nothing was addressed", async () => {
  const audit = memorySink();
  const { server } = startExample({ audit });
  await server.inject({ method: "POST", url: "/nope", headers });
  await server.inject({ method: "PUT", url: "/api/v2/notes", headers });
  assert.deepEqual(audit.events, []);
  await server.close();
});

test("reads are not recorded, but for those that say so", async () => {
  const audit = memorySink();
  const { server } = startExample({ audit });
  await server.inject({ url, headers });
  await server.inject({ method: "HEAD", url, headers });
  await server.inject({ url: `${url}/secret`, headers });
  await server.inject({ url: `${url}/secret`, headers: { authorization: "Bearer no-secret" } });
  assert.deepEqual(
    audit.events.map(({ operation, outcome }) => [operation, outcome.status]),
    [
      ["readSecret", 200],
      ["readSecret", 403],
    ],
  );
  await server.close();
});

test("the event is kept before the answer goes", async () => {
  const kept = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const write = (): Promise<void> => {
    asked.resolve();
    return kept.promise;
  };
  const { server } = startExample({ audit: memorySink({ write }) });
  let isAnswered = false;
  const answer = server.inject({ method: "DELETE", url, headers }).then((answer) => {
    isAnswered = true;
    return answer;
  });
  await asked.promise;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isAnswered, false);
  kept.resolve();
  assert.equal((await answer).statusCode, 202);
  await server.close();
});

test("while nothing can be recorded, nothing is changed and secrets stay", async () => {
  const write = (): Promise<void> => Promise.reject(new Error("disk full"));
  const resting = startExample({ audit: memorySink({ accepting: false, write }) });
  const refused = await resting.server.inject({ method: "DELETE", url, headers });
  assert.equal(refused.statusCode, 503);
  assert.equal(resting.services.notes.size, 2);
  assert.equal((await resting.server.inject({ url, headers })).statusCode, 200);
  const withheld = await resting.server.inject({ url: `${url}/secret`, headers });
  assert.equal(withheld.statusCode, 503);
  await resting.server.close();

  const failing = startExample({ audit: memorySink({ write }) });
  const secret = await failing.server.inject({ url: `${url}/secret`, headers });
  assert.equal(secret.statusCode, 500);
  assert.doesNotMatch(secret.body, /hush/);
  const done = await failing.server.inject({ method: "DELETE", url, headers });
  assert.equal(done.statusCode, 202, "what is done is answered as done");
  await failing.server.close();
});
