import assert from "node:assert/strict";
import { test } from "node:test";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Channel, Problem, VirtualClock } from "@signalbox/base";
import type { Authenticator } from "../authenticator.ts";
import type { ServerSentEvent } from "../operation.ts";
import { defineOperation } from "../operation.ts";
import { exampleAuthenticator, type Notes, startExample } from "../testing/example-service.ts";

test("nobody learns anything before they are authenticated (Appendix B 1)", async () => {
  const { server } = startExample();
  const answer = await server.inject({ url: "/api/v2/notes/not-a-uuid?limit=nonsense" });
  assert.equal(answer.statusCode, 401);
  assert.equal(answer.json().error, "access_denied");
  const challenge =
    'Bearer error="access_denied",error_description="authorization header is missing",' +
    'resource_metadata="http://localhost:80/.well-known/openid-protected-resource"';
  assert.equal(answer.headers["www-authenticate"], challenge);
  await server.close();
});

test("a bad token is 401, also with a body that nobody reads", async () => {
  const { server, services } = startExample();
  const answer = await server.inject({
    method: "POST",
    url: "/api/v2/notes",
    headers: { authorization: "Bearer wrong" },
    payload: "{",
  });
  assert.equal(answer.statusCode, 401);
  assert.deepEqual(services.calls, []);
  await server.close();
});

test("without the permission, input is not looked at: 403 before 400", async () => {
  const { server } = startExample();
  const headers = { authorization: "Bearer none" };
  const read = await server.inject({ url: "/api/v2/notes/not-a-uuid", headers });
  assert.equal(read.statusCode, 403);
  assert.equal(
    read.json().error_description,
    "the caller may not read example:notes at project scope",
  );
  const write = await server.inject({
    method: "POST",
    url: "/api/v2/notes",
    headers,
    payload: "{",
  });
  assert.equal(write.statusCode, 403);
  await server.close();
});

test("open operations ask nobody", async () => {
  const { server } = startExample();
  assert.equal((await server.inject({ url: "/api/version" })).statusCode, 200);
  await server.close();
});

test("an identity service that is down is 503 with Retry-After", async () => {
  const { server } = startExample({
    authenticator: {
      authenticate: () =>
        Promise.reject(new Problem("unavailable", "identity is down", { retryAfterMs: 2500 })),
    },
  });
  const answer = await server.inject({
    url: "/api/v2/notes",
    headers: { authorization: "Bearer all" },
  });
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.headers["retry-after"], "3");
  await server.close();
});

test("an identity service that does not answer is cut off by the deadline", async () => {
  const clock = new VirtualClock();
  const waiting = Promise.withResolvers<AbortSignal>();
  const { server } = startExample({
    clock,
    limits: { requestTimeoutMs: 5000 },
    authenticator: {
      authenticate: (_credentials, signal) => {
        waiting.resolve(signal);
        return new Promise(() => {});
      },
    },
  });
  const answer = server.inject({ url: "/api/v2/notes", headers: { authorization: "Bearer all" } });
  const signal = await waiting.promise;
  await clock.advance(5000);
  assert.equal((await answer).statusCode, 503);
  assert.equal(signal.aborted, true);
  await server.close();
});

test("X-Principal is not believed without a certificate", async () => {
  const seen: (string | undefined)[] = [];
  const { server } = startExample({
    authenticator: {
      authenticate: ({ principalHeader }) => {
        seen.push(principalHeader);
        return Promise.reject(new Problem("unauthenticated", "no"));
      },
    },
  });
  const headers = { authorization: "Bearer all", "x-principal": "e30" };
  await server.inject({ url: "/api/v2/notes", headers });
  assert.deepEqual(seen, [undefined]);
  await server.close();
});

test("an event stream ends when the token that opened it holds no longer", async () => {
  const clock = new VirtualClock();
  const events = new Channel<ServerSentEvent>(10);
  const watch = defineOperation({
    id: "watch",
    method: "GET",
    path: "/watch",
    summary: "",
    tag: "",
    permission: "authenticated",
    responses: { 200: { description: "", contentType: "text/event-stream" } },
    handler: (_request, _notes: Notes) => ({ status: 200, events }),
  });
  let isRevoked = false;
  const authenticator: Authenticator = {
    authenticate: (credentials, signal) =>
      isRevoked
        ? Promise.reject(new Problem("unauthenticated", "the token is not valid"))
        : exampleAuthenticator.authenticate(credentials, signal),
  };
  const { server } = startExample({ authenticator, clock }, [watch]);
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const headers = { authorization: "Bearer all" };
  const [response] = (await once(
    get({ host: "127.0.0.1", port, path: "/watch", headers, agent: false }),
    "response",
  )) as [IncomingMessage];
  isRevoked = true;
  await clock.advance(1000);
  events.send({ data: "what only callers may see" });
  const seen = await text(response);
  assert.match(seen, /^: open\n\nevent: error\ndata: \{"code":"unauthenticated"/);
  assert.doesNotMatch(seen, /what only callers may see/);
  await server.close();
});
