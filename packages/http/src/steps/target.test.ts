import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ABSENT_NOTE_ID,
  EXAMPLE_OPERATIONS,
  FOREIGN_NOTE_ID,
  NOTE_ID,
  OTHER_PROJECT,
  PROJECT,
  startExample,
} from "../testing/example-service.ts";

const traceparent = `00-${"1".repeat(32)}-${"2".repeat(16)}-01`;

test("an object that may not be read and one that is not there give the same bytes", async () => {
  const { server } = startExample();
  const ask = async (id: string) => {
    const headers = { authorization: "Bearer all", traceparent };
    const {
      statusCode,
      body,
      headers: answered,
    } = await server.inject({
      method: "DELETE",
      url: `/api/v2/notes/${id}`,
      headers,
    });
    const { traceparent: _own, date: _date, ...rest } = answered;
    return { statusCode, body, rest };
  };
  const foreign = await ask(FOREIGN_NOTE_ID);
  assert.equal(foreign.statusCode, 404);
  assert.deepEqual(foreign, await ask(ABSENT_NOTE_ID));
  await server.close();
});

test("an object that may be read but not changed is 403", async () => {
  const { server } = startExample();
  const answer = await server.inject({
    method: "DELETE",
    url: `/api/v2/notes/${NOTE_ID}`,
    headers: { authorization: "Bearer no-delete" },
  });
  assert.equal(answer.statusCode, 403);
  assert.equal(
    answer.json().error_description,
    "the caller may not delete example:notes at project scope",
  );
  await server.close();
});

test("a create into a project that the caller may not see is 404", async () => {
  const { server } = startExample();
  const create = (projectId: string) =>
    server.inject({
      method: "POST",
      url: "/api/v2/notes",
      headers: { authorization: "Bearer all" },
      payload: { projectId, text: "x" },
    });
  assert.equal((await create(OTHER_PROJECT)).statusCode, 404);
  assert.equal((await create(PROJECT)).statusCode, 201);
  await server.close();
});

test("every operation refuses a caller who lacks exactly its permission", async () => {
  const { server, services } = startExample();
  for (const { id, method, path, permission } of EXAMPLE_OPERATIONS) {
    if (typeof permission === "string") continue;
    const answer = await server.inject({
      method,
      url: path.replace("{noteID}", NOTE_ID),
      headers: { authorization: `Bearer no-${permission.verb}` },
      ...(method !== "GET" && { payload: { projectId: PROJECT, text: "x" } }),
    });
    assert.equal(answer.statusCode, 403, id);
  }
  assert.equal(services.notes.size, 2);
  await server.close();
});
