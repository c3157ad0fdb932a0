import assert from "node:assert/strict";
import { test } from "node:test";
import { startExample } from "../testing/example-service.ts";

const headers = { authorization: "Bearer all" };

test("query texts become what the schema says; unknown parameters are ignored", async () => {
  const { server, services } = startExample();
  const url = "/api/v2/notes?label=a&label=b+c%2B&limit=5&deep=true&unknown=%zz&__proto__=1";
  assert.equal((await server.inject({ url, headers })).statusCode, 200);
  assert.deepEqual(services.calls, ['list {"label":["a","b c+"],"limit":5,"deep":true}']);
  await server.close();
});

test("malformed parameters are 400 with the words that clients look for (§4.12)", async () => {
  const { server, services } = startExample();
  const queries = [
    "limit=ten",
    "limit=0",
    "limit=",
    "limit=1.5",
    "limit=1&limit=2",
    "deep=yes",
    "label=%zz",
    "cursor=%ff",
  ];
  for (const query of queries) {
    const answer = await server.inject({ url: `/api/v2/notes?${query}`, headers });
    assert.equal(answer.statusCode, 400, query);
    const { error, error_description, errors } = answer.json();
    assert.equal(error, "invalid_request");
    assert.match(error_description, /^invalid path\/query element: \/query\//);
    assert.equal(errors.length, 1);
  }
  assert.deepEqual(services.calls, []);
  await server.close();
});

test("the next page is a link with the same query", async () => {
  const { server } = startExample();
  const answer = await server.inject({ url: "/api/v2/notes?label=a&limit=1&cursor=old", headers });
  assert.match(
    String(answer.headers["link"]),
    /^<http:\/\/localhost:80\/api\/v2\/notes\?label=a&limit=1&cursor=aaaaaaaa-[0-9-]+>; rel="next"$/,
  );
  assert.ok(Array.isArray(answer.json()));
  await server.close();
});
