import assert from "node:assert/strict";
import { test } from "node:test";
import { exchangeBytes } from "../testing/raw-client.ts";
import { defineOperation } from "../operation.ts";
import {
  ABSENT_NOTE_ID,
  type Notes,
  NOTE_ID,
  ORGANIZATION,
  startExample,
} from "../testing/example-service.ts";

const headers = { authorization: "Bearer all" };

test("unknown paths, a trailing slash and doubled slashes are 404", async () => {
  const { server } = startExample();
  const paths = [
    "/",
    "/nope",
    "/api/v2/notes/",
    `/api/v2/notes/${NOTE_ID}/`,
    "//api/v2/notes",
    "/api//v2/notes",
  ];
  for (const url of paths) {
    const answer = await server.inject({ method: "GET", url: `http://localhost${url}`, headers });
    assert.equal(answer.statusCode, 404, url);
    assert.equal(answer.json().code, "not_found");
  }
  await server.close();
});

test("a method that the path lacks is 405 with Allow (Appendix B 2)", async () => {
  const { server } = startExample();
  for (const method of ["PUT", "TRACE", "PROPFIND"] as const) {
    const answer = await server.inject({ method, url: "/api/v2/notes", headers });
    assert.equal(answer.statusCode, 405, method);
    assert.equal(answer.headers["allow"], "GET, HEAD, OPTIONS, POST");
    assert.equal(answer.json().error, "method_not_allowed");
  }
  await server.close();
});

test("HEAD is answered like GET, without the body", async () => {
  const { server } = startExample();
  const url = `/api/v2/notes/${NOTE_ID}`;
  const head = await server.inject({ method: "HEAD", url, headers });
  const get = await server.inject({ method: "GET", url, headers });
  assert.equal(head.statusCode, 200);
  assert.equal(head.body, "");
  assert.equal(head.headers["content-length"], get.headers["content-length"]);
  assert.equal(head.headers["content-type"], get.headers["content-type"]);
  await server.close();
});

test("an empty inner segment is a 400 on the parameter (§4.12)", async () => {
  const { server } = startExample();
  const answer = await server.inject({ url: "/api/v1/organizations//notes/x", headers });
  assert.equal(answer.statusCode, 400);
  assert.match(answer.json().error_description, /invalid path\/query element/);
  assert.deepEqual(answer.json().errors, [
    { pointer: "/path/organizationID", detail: "must not be empty" },
  ]);
  await server.close();
});

test("parameters are decoded after the path is split", async () => {
  const { server } = startExample();
  const base = `/api/v1/organizations/${ORGANIZATION}/notes`;
  const slash = await server.inject({ url: `${base}/a%2Fb%20c`, headers });
  assert.deepEqual(slash.json(), { name: "a/b c" });
  const twice = await server.inject({ url: `${base}/a%252Fb`, headers });
  assert.deepEqual(twice.json(), { name: "a%2Fb" });
  const malformed = await server.inject({ url: `${base}/%zz`, headers });
  assert.equal(malformed.statusCode, 400);
  assert.match(malformed.json().error_description, /invalid path\/query element: \/path\/name/);
  const dots = await server.inject({ url: `${base}/..`, headers });
  assert.ok(dots.statusCode === 404 || dots.json().name === "..");
  await server.close();
});

test("percent-encoded literals reach the same operation", async () => {
  const { server } = startExample();
  const answer = await server.inject({ url: "/api/v2/%6eotes", headers });
  assert.equal(answer.statusCode, 200);
  await server.close();
});

test("ids take four spellings and become one (§1.1)", async () => {
  const { server } = startExample();
  const bare = NOTE_ID.replaceAll("-", "");
  const spellings = [
    NOTE_ID,
    NOTE_ID.toUpperCase(),
    bare,
    `%7B${NOTE_ID}%7D`,
    `urn:uuid:${NOTE_ID}`,
  ];
  for (const id of spellings) {
    const answer = await server.inject({ url: `/api/v2/notes/${id}`, headers });
    assert.equal(answer.json().id, NOTE_ID, id);
  }
  const absent = await server.inject({ url: `/api/v2/notes/${ABSENT_NOTE_ID}`, headers });
  assert.equal(absent.statusCode, 404);
  const malformed = await server.inject({ url: "/api/v2/notes/not-a-uuid", headers });
  assert.equal(malformed.statusCode, 400);
  assert.match(malformed.json().error_description, /^invalid path\/query element/);
  await server.close();
});

test("an overlong URL is 414", async () => {
  const { server } = startExample({ limits: { urlBytes: 100 } });
  const answer = await server.inject({ url: `/api/v2/notes?x=${"y".repeat(100)}`, headers });
  assert.equal(answer.statusCode, 414);
  await server.close();
});

test("two operations may not share method and path", () => {
  const twin = defineOperation({
    id: "twin",
    method: "GET",
    path: "/api/version",
    summary: "",
    tag: "",
    permission: "open",
    responses: { 200: { description: "" } },
    handler: (_request, _notes: Notes) => ({ status: 200 }),
  });
  assert.throws(() => startExample({}, [twin]), /two operations serve GET \/api\/version/);
});

test("a second Host or Authorization header is a 400, as a proxy may have read the other one", async () => {
  const { server } = startExample();
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const ask = (more: string): Promise<string> =>
    exchangeBytes(
      port,
      `GET /api/v2/notes HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer all\r\n${more}Connection: close\r\n\r\n`,
    );
  assert.match(await ask("Accept: a\r\nAccept: b\r\n"), /^HTTP\/1\.1 200 /);
  assert.match(await ask("host: b.example\r\n"), /^HTTP\/1\.1 400 .*one host header/s);
  assert.match(await ask("AUTHORIZATION: Bearer none\r\n"), /^HTTP\/1\.1 400 .*one authorization/s);
  await server.close();
});
