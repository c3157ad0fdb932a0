import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Type } from "typebox";
import { defineOperation } from "../operation.ts";
import { type Notes, startExample } from "../testing/example-service.ts";
import { encodeList } from "./encode-list.ts";

test("the pieces together are the list's JSON", () => {
  for (const items of [[], [1], ["a,]", { b: [2] }], Array.from({ length: 9 }, (_, n) => n)]) {
    assert.equal([...encodeList(items)].join(""), JSON.stringify(items));
  }
});

test("no piece is much longer than it may be, and none is made before it is asked for", () => {
  let made = 0;
  const item = { toJSON: () => (made++, "x".repeat(1000)) };
  const pieces = encodeList(Array.from({ length: 1000 }, () => item));
  assert.ok((pieces.next().value ?? "").length < 270_000);
  assert.ok(made < 300, `${made} were made`);
  assert.deepEqual(
    [...pieces].map(({ length }) => length < 270_000),
    [true, true, true],
  );
  assert.equal(made, 1000);
});

/** A list of `length` notes of 1 KB; counts how many of them have been put into words. */
function longList(length: number) {
  const seen = { encoded: 0 };
  const note = { toJSON: () => (seen.encoded++, "x".repeat(1000)) };
  const operation = defineOperation({
    id: "long",
    method: "GET",
    path: "/long",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 200: { description: "", schema: Type.Unknown() } },
    handler: (_request, _notes: Notes) => ({
      status: 200,
      body: Array.from({ length }, () => note),
    }),
  });
  return { seen, operation };
}

const headers = { authorization: "Bearer all" };

test("a long list comes whole, a short one with its length", async () => {
  for (const [length, isShort] of [
    [3, true],
    [5000, false],
  ] as const) {
    const { operation } = longList(length);
    const { server } = startExample({ checkResponses: "off" }, [operation]);
    const answer = await server.inject({ url: "/long", headers });
    assert.equal(answer.headers["content-type"], "application/json");
    assert.equal(answer.headers["content-length"] !== undefined, isShort);
    assert.equal(answer.json<unknown[]>().length, length);
    const head = await server.inject({ method: "HEAD", url: "/long", headers });
    assert.equal(head.statusCode, 200);
    assert.equal(head.body, "");
    assert.equal(head.headers["content-length"], String(Buffer.byteLength(answer.body)));
    await server.close();
  }
});

test("a caller that does not read a long list has only its beginning made", async () => {
  const { seen, operation } = longList(50_000);
  const { server } = startExample({ checkResponses: "off" }, [operation]);
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const [response] = (await once(
    get({ host: "127.0.0.1", port, path: "/long", headers, agent: false }),
    "response",
  )) as [IncomingMessage];
  const first = seen.encoded;
  assert.ok(first < 50_000, `${first} were made before anything was read`);
  assert.equal((JSON.parse(await text(response)) as unknown[]).length, 50_000);
  await server.close();
});
