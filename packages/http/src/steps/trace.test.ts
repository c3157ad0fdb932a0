import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "@signalbox/base";
import { NOTE_ID, startExample } from "../testing/example-service.ts";
import { parseTraceparent } from "./traceparent.ts";

test("the caller's trace is joined with a span of our own", async () => {
  const { server } = startExample();
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const headers = { traceparent, "x-request-id": "my-request" };
  const answer = await server.inject({ url: "/api/version", headers });
  assert.match(String(answer.headers["traceparent"]), /^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
  assert.equal(answer.headers["x-request-id"], "my-request");
  await server.close();
});

test("a malformed traceparent starts a trace of our own", async () => {
  const { server } = startExample();
  const headers = { traceparent: "nonsense", "x-request-id": "not a request id\u0000" };
  const answer = await server.inject({
    url: "/nope",
    headers: { ...headers, "x-request-id": "a b" },
  });
  const [, traceId] = String(answer.headers["traceparent"]).split("-");
  assert.match(String(traceId), /^[0-9a-f]{32}$/);
  assert.equal(answer.headers["x-request-id"], traceId);
  assert.equal(answer.json().trace_id, traceId);
  await server.close();
});

test("trace context headers, as W3C writes them", () => {
  const good = `00-${"1".repeat(32)}-${"2".repeat(16)}-00`;
  assert.equal(parseTraceparent(good).ok, true);
  assert.equal(parseTraceparent(`01-${good.slice(3)}-more`).ok, true);
  const bad = [
    "",
    `00-${"0".repeat(32)}-${"2".repeat(16)}-00`,
    `00-${"1".repeat(32)}-${"0".repeat(16)}-00`,
    `ff-${good.slice(3)}`,
    `${good}-more`,
    good.toUpperCase().replace("1", "A"),
  ];
  for (const text of bad) assert.equal(parseTraceparent(text).ok, false, text);
});

test("the access log has the ids, and neither query nor credentials", async () => {
  const lines: string[] = [];
  const log = createLog({
    level: "debug",
    destination: { write: (line) => void lines.push(line) },
  });
  const { server } = startExample({ log });
  const headers = { authorization: "Bearer all" };
  const answer = await server.inject({ url: `/api/v2/notes/${NOTE_ID}?ticket=s3cret`, headers });
  await server.inject({ url: "/api/v2/notes?ticket=s3cret" });
  await server.close();
  const [read, refused] = lines.map((line) => JSON.parse(line));
  assert.equal(read.level, "debug");
  assert.equal(read.operation, "getNote");
  assert.equal(read.status, 200);
  assert.equal(read.subject, "alice");
  assert.equal(read.path, `/api/v2/notes/${NOTE_ID}`);
  assert.equal(read.traceId, String(answer.headers["traceparent"]).split("-")[1]);
  assert.equal(refused.level, "info");
  assert.equal(refused.code, "unauthenticated");
  assert.doesNotMatch(lines.join(""), /s3cret|Bearer/);
});
