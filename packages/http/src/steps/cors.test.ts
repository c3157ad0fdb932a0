import assert from "node:assert/strict";
import { test } from "node:test";
import { startExample } from "../testing/example-service.ts";

const cors = { allowOrigins: ["https://console.example", "https://b.example"], maxAgeSeconds: 60 };

test("every answer carries the headers, 404s and errors too", async () => {
  const { server } = startExample({ cors });
  const requests = [
    { url: "/api/version", status: 200 },
    { url: "/nope", status: 404 },
    { url: "/api/v2/notes", status: 401 },
    { url: "/api/v2/notes", status: 405, method: "PUT" as const },
  ];
  for (const { url, status, method = "GET" as const } of requests) {
    const headers = { origin: "https://b.example" };
    const answer = await server.inject({ method, url, headers });
    assert.equal(answer.statusCode, status);
    assert.equal(answer.headers["access-control-allow-origin"], "https://b.example");
    assert.equal(answer.headers["vary"], "Origin");
    const exposed = String(answer.headers["access-control-expose-headers"]);
    for (const name of [
      "WWW-Authenticate",
      "traceparent",
      "X-Request-Id",
      "Link",
      "ETag",
      "Retry-After",
      "Resource-Revision",
    ]) {
      assert.ok(exposed.includes(name), name);
    }
  }
  await server.close();
});

test("a foreign origin is told the first of the list", async () => {
  const { server } = startExample({ cors });
  const answer = await server.inject({
    url: "/api/version",
    headers: { origin: "https://evil.example" },
  });
  assert.equal(answer.headers["access-control-allow-origin"], "https://console.example");
  await server.close();
});

test("a preflight is answered without credentials (Appendix B 3)", async () => {
  const { server } = startExample({ cors });
  const ask = (url: string, method?: string) =>
    server.inject({
      method: "OPTIONS",
      url,
      headers: {
        origin: "https://b.example",
        ...(method !== undefined && { "access-control-request-method": method }),
      },
    });
  const good = await ask("/api/v2/notes", "POST");
  assert.equal(good.statusCode, 204);
  assert.equal(good.body, "");
  assert.equal(good.headers["access-control-allow-origin"], "https://b.example");
  assert.equal(good.headers["access-control-allow-methods"], "GET, HEAD, OPTIONS, POST");
  assert.match(
    String(good.headers["access-control-allow-headers"]),
    /^Authorization, Content-Type, traceparent, tracestate/,
  );
  assert.equal(good.headers["access-control-max-age"], "60");
  assert.equal((await ask("/api/v2/notes")).statusCode, 400);
  assert.equal((await ask("/api/v2/notes", "PUT")).statusCode, 404);
  assert.equal((await ask("/nope", "GET")).statusCode, 404);
  await server.close();
});

test("an empty list of origins is refused at start-up", () => {
  assert.throws(() => startExample({ cors: { allowOrigins: [] } }), /allowOrigins/);
});
