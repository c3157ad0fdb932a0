import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTE_ID, PROJECT, startExample } from "../testing/example-service.ts";

const headers = { authorization: "Bearer all", "content-type": "application/json" };
const url = "/api/v2/notes";

test("a body that is absent, empty or not JSON is 400", async () => {
  const { server } = startExample();
  for (const payload of ["", "{", "nonsense", '"\ud800', Buffer.from([0x22, 0xff, 0x22])]) {
    const answer = await server.inject({ method: "POST", url, headers, payload });
    assert.equal(answer.statusCode, 400, String(payload));
    assert.equal(answer.json().error, "invalid_request");
  }
  const absent = await server.inject({
    method: "POST",
    url,
    headers: { authorization: "Bearer all" },
  });
  assert.equal(absent.statusCode, 400);
  await server.close();
});

test("faults have pointers, and what was sent is not repeated", async () => {
  const { server } = startExample();
  const payload = { text: "s3cret".repeat(30), labels: ["ok", "S3CRET"] };
  const answer = await server.inject({ method: "POST", url, headers, payload });
  assert.equal(answer.statusCode, 400);
  assert.deepEqual(answer.json().errors, [
    { pointer: "/projectId", detail: "is required" },
    { pointer: "/text", detail: "must NOT have more than 100 characters" },
    { pointer: "/labels/1", detail: 'must match pattern "^[a-z]+$"' },
  ]);
  assert.doesNotMatch(answer.body, /s3cret/i);
  await server.close();
});

test("another media type is 415, parameters of the type are fine", async () => {
  const { server } = startExample();
  const payload = JSON.stringify({ projectId: PROJECT, text: "x" });
  const post = (contentType: string) =>
    server.inject({
      method: "POST",
      url,
      headers: { ...headers, "content-type": contentType },
      payload,
    });
  assert.equal((await post("text/plain")).statusCode, 415);
  assert.equal((await post("application/x-www-form-urlencoded")).statusCode, 415);
  assert.equal((await post("application/jsonp")).statusCode, 415);
  assert.equal((await post("Application/JSON; charset=utf-8")).statusCode, 201);
  assert.equal((await post("application/merge-patch+json")).statusCode, 201);
  await server.close();
});

test("an operation without a body takes an empty one of any type (§4.12)", async () => {
  const { server } = startExample();
  const answer = await server.inject({ method: "POST", url: `${url}/${NOTE_ID}/shout`, headers });
  assert.equal(answer.statusCode, 202);
  assert.equal(answer.body, "");
  const removed = await server.inject({ method: "DELETE", url: `${url}/${NOTE_ID}`, headers });
  assert.equal(removed.statusCode, 202);
  await server.close();
});

test("what the schema does not name never reaches the handler", async () => {
  const { server, services } = startExample();
  const payload = `{"projectId":"${PROJECT}","text":"x","extra":1,"__proto__":{"admin":true},"constructor":{}}`;
  const answer = await server.inject({ method: "POST", url, headers, payload });
  assert.equal(answer.statusCode, 201);
  assert.deepEqual(services.calls, [`create {"projectId":"${PROJECT}","text":"x"}`]);
  await server.close();
});

test("ids in a body become canonical", async () => {
  const { server, services } = startExample();
  const payload = { projectId: `{${PROJECT.toUpperCase()}}`, text: "x" };
  const answer = await server.inject({ method: "POST", url, headers, payload });
  assert.equal(answer.json().projectId, PROJECT);
  assert.equal(services.calls[0], `create {"projectId":"${PROJECT}","text":"x"}`);
  await server.close();
});

test("a body beyond the limit is 413", async () => {
  const { server } = startExample({ limits: { bodyBytes: 100 } });
  const payload = { projectId: PROJECT, text: "x".repeat(200) };
  const answer = await server.inject({ method: "POST", url, headers, payload });
  assert.equal(answer.statusCode, 413);
  assert.equal(answer.json().error, "request_entity_too_large");
  assert.equal(answer.json().code, "payload_too_large");
  await server.close();
});

test("deep nesting is refused, not followed", async () => {
  const { server } = startExample();
  for (const payload of ["[".repeat(500_000), `${"[".repeat(200_000)}${"]".repeat(200_000)}`]) {
    const answer = await server.inject({ method: "POST", url, headers, payload });
    assert.equal(answer.statusCode, 400);
  }
  await server.close();
});
