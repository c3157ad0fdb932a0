import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTE_ID, PROJECT, startExample } from "./testing/example-service.ts";

const authorization = "Bearer all";

test("an operation is served through the whole pipeline", async () => {
  const { server } = startExample();
  const answer = await server.inject({
    url: `/api/v2/notes/${NOTE_ID}`,
    headers: { authorization },
  });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { id: NOTE_ID, projectId: PROJECT, text: "hello", labels: [] });
  assert.equal(answer.headers["cache-control"], "no-cache");
  assert.match(String(answer.headers["traceparent"]), /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  await server.close();
});

test("a create is answered 201 with what the body said", async () => {
  const { server, services } = startExample();
  const answer = await server.inject({
    method: "POST",
    url: "/api/v2/notes",
    headers: { authorization },
    payload: { projectId: PROJECT, text: "new", unknown: 1 },
  });
  assert.equal(answer.statusCode, 201, answer.body);
  assert.equal(services.notes.size, 3);
  assert.deepEqual(services.calls, [`create {"projectId":"${PROJECT}","text":"new"}`]);
  await server.close();
});
