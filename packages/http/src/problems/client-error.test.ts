import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import { type Example, NOTE_ID, startExample } from "../testing/example-service.ts";
import { bodyOf, exchangeBytes } from "../testing/raw-client.ts";

async function listening(limits = {}): Promise<Example & { readonly port: number }> {
  const example = startExample({ limits });
  const { port } = await example.server.listen({ host: "127.0.0.1", port: 0 });
  return { ...example, port };
}

test("bytes that are no request get a clean 400", async () => {
  const { server, port } = await listening();
  const answer = await exchangeBytes(port, "this is not HTTP\r\n\r\n");
  assert.match(answer, /^HTTP\/1.1 400 /);
  assert.match(answer, /cache-control: no-cache/);
  const { error, code, trace_id } = bodyOf(answer);
  assert.deepEqual([error, code], ["invalid_request", "invalid_request"]);
  assert.match(String(trace_id), /^[0-9a-f]{32}$/);
  await server.close();
});

test("oversized headers are 431, an overlong URL is 414 or 431", async () => {
  const { server, port } = await listening({ headerBytes: 4096, urlBytes: 1024 });
  const big = `GET /api/version HTTP/1.1\r\nHost: a\r\nX-Big: ${"x".repeat(8192)}\r\n\r\n`;
  const answer = await exchangeBytes(port, big);
  assert.match(answer, /^HTTP\/1.1 431 /);
  assert.equal(bodyOf(answer)["code"], "headers_too_large");
  const long = `GET /${"x".repeat(2000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
  assert.match(await exchangeBytes(port, long), /^HTTP\/1.1 414 /);
  await server.close();
});

test("HTTP/1.1 without Host is 400, HTTP/1.0 without it is fine", async () => {
  const { server, port } = await listening();
  const modern = await exchangeBytes(
    port,
    "GET /api/version HTTP/1.1\r\nConnection: close\r\n\r\n",
  );
  assert.match(modern, /^HTTP\/1.1 400 /);
  assert.match(modern, /traceparent/);
  assert.match(await exchangeBytes(port, "GET /api/version HTTP/1.0\r\n\r\n"), /^HTTP\/1.1 200 /);
  await server.close();
});

test("an expectation that nobody knows is ignored, and the request goes the usual way", async () => {
  const { server, port } = await listening();
  const expecting =
    "GET /api/v2/notes HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n";
  const answer = await exchangeBytes(port, expecting);
  assert.match(answer, /^HTTP\/1.1 401 /);
  assert.equal(bodyOf(answer)["code"], "unauthenticated");
  await server.close();
});

test("a caller that is slow with its headers or its body is cut off with 408", async () => {
  const { server, port } = await listening({ headersTimeoutMs: 100, receiveTimeoutMs: 200 });
  const headers = await exchangeBytes(port, "GET /api/version HTTP/1.1\r\nHo");
  assert.match(headers, /^HTTP\/1.1 408 /);
  const body = await exchangeBytes(
    port,
    "POST /api/v2/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer all\r\nContent-Length: 10\r\n\r\n{",
  );
  assert.match(body, /^HTTP\/1.1 408 /);
  assert.equal(bodyOf(body)["code"], "request_timeout");
  await server.close();
});

test("a caller that leaves in the middle of a body leaves nothing behind", async () => {
  const { server, port, services } = await listening({ inFlight: 1 });
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    "POST /api/v2/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer all\r\nContent-Length: 10\r\n\r\n{",
  );
  socket.end();
  await once(socket.resume(), "close");
  const next = await exchangeBytes(
    port,
    `GET /api/v2/notes/${NOTE_ID} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer all\r\nConnection: close\r\n\r\n`,
  );
  assert.match(next, /^HTTP\/1.1 200 /);
  assert.deepEqual(services.calls, []);
  await server.close();
});

test("contradicting lengths are refused: nothing is smuggled", async () => {
  const { server, port, services } = await listening();
  const smuggled =
    "POST /api/v2/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer all\r\n" +
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v2/notes HTTP/1.1\r\n\r\n";
  const answer = await exchangeBytes(port, smuggled);
  assert.match(answer, /^HTTP\/1.1 400 /);
  assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1);
  assert.deepEqual(services.calls, []);
  await server.close();
});

const token = fc.constantFrom(
  "GET ",
  "POST ",
  "/api/v2/notes",
  " HTTP/1.1",
  "\r\n",
  "\n",
  ": ",
  "Host: a",
  "Content-Length: 3",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Upgrade: websocket",
  "Connection: Upgrade",
  "0\r\n\r\n",
  "\0",
  "%",
  "{}",
);
const garbage = fc.array(
  fc.oneof(
    token,
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  ),
  { minLength: 1, maxLength: 30 },
);

test("garbage never crashes the server nor gives a 500", async () => {
  const { server, port } = await listening({ headersTimeoutMs: 1000 });
  await fc.assert(
    fc.asyncProperty(garbage, async (parts) => {
      const socket = connect(port, "127.0.0.1");
      let received = "";
      socket.setEncoding("latin1").on("data", (text: string) => {
        received += text;
      });
      // A reset is fine. Not `once` of node:events: it rejects on an error that comes first.
      socket.on("error", () => {});
      const closed = new Promise((resolve) => socket.once("close", resolve));
      socket.end(Buffer.from(parts.join(""), "latin1"));
      await closed;
      assert.doesNotMatch(received, /^HTTP\/1\.1 500/m);
    }),
    { seed: 20261121, numRuns: 500 },
  );
  const alive = await exchangeBytes(port, "GET /api/version HTTP/1.0\r\n\r\n");
  assert.match(alive, /^HTTP\/1.1 200 /);
  await server.close();
});
