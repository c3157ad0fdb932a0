import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { Agent, get, type RequestOptions } from "node:https";
import { test } from "node:test";
import { Problem } from "@signalbox/base";
import { createTestAuthority } from "@signalbox/testing";
import type { Credentials } from "../authenticator.ts";
import { startExample } from "../testing/example-service.ts";

const authority = createTestAuthority("test authority");
const foreign = createTestAuthority("foreign authority");
const tls = { ...authority.issue("server"), clientCa: authority.cert };
const client = authority.issue("unikorn-compute");

interface Answer {
  readonly status: number | undefined;
  readonly body: { readonly error_description?: string };
}

function ask(port: number, options: RequestOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const url = `https://127.0.0.1:${port}/api/v2/notes`;
  get(url, { ca: authority.cert, agent: false, ...options }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
  }).on("error", reject);
  return promise;
}

function recording(): {
  readonly seen: Credentials[];
  readonly server: ReturnType<typeof startExample>["server"];
} {
  const seen: Credentials[] = [];
  const { server } = startExample({
    tls,
    authenticator: {
      authenticate: (credentials) => {
        seen.push(credentials);
        return Promise.reject(new Problem("unauthenticated", "seen"));
      },
    },
  });
  return { seen, server };
}

test("one listener takes a bearer without certificate and a certificate without bearer", async () => {
  const { seen, server } = recording();
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  await ask(port, { headers: { authorization: "Bearer x", "x-principal": "p" } });
  await ask(port, { cert: client.cert, key: client.key, headers: { "x-principal": "p" } });
  const shared = { remoteAddress: "127.0.0.1" };
  assert.deepEqual(seen, [
    {
      ...shared,
      authorization: "Bearer x",
      certificateName: undefined,
      principalHeader: undefined,
    },
    {
      ...shared,
      authorization: undefined,
      certificateName: "unikorn-compute",
      principalHeader: "p",
    },
  ]);
  const neither = await ask(port, {});
  assert.equal(neither.status, 401);
  assert.equal(neither.body.error_description, "authorization header is missing");
  await server.close();
});

test("a certificate of another authority is refused, also beside a bearer", async () => {
  const { seen, server } = recording();
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const { cert, key } = foreign.issue("unikorn-compute");
  const answer = await ask(port, { cert, key, headers: { authorization: "Bearer x" } });
  assert.equal(answer.status, 400);
  assert.deepEqual(seen, []);
  await server.close();
});

test("certificate headers are believed from a configured proxy alone (§4.4)", async () => {
  const escaped = encodeURIComponent(client.cert);
  const headers = {
    "ssl-client-cert": escaped,
    "ssl-client-verify": "SUCCESS",
    "unikorn-client-certificate": encodeURIComponent(authority.issue("other").cert),
    "x-forwarded-for": "192.0.2.9, 198.51.100.7",
    "x-principal": "p",
  };
  const cases = [
    { trustedProxies: [], seen: undefined, status: 401 },
    { trustedProxies: ["10.0.0.0/8"], seen: undefined, status: 401 },
    { trustedProxies: ["127.0.0.0/8"], seen: "unikorn-compute from 198.51.100.7", status: 401 },
  ];
  for (const { trustedProxies, seen: expected, status } of cases) {
    let seen: string | undefined;
    const { server } = startExample({
      trustedProxies,
      authenticator: {
        authenticate: ({ certificateName, remoteAddress }) => {
          seen = `${certificateName} from ${remoteAddress}`;
          return Promise.reject(new Problem("unauthenticated", "seen"));
        },
      },
    });
    const answer = await server.inject({ url: "/api/v2/notes", headers });
    assert.equal(answer.statusCode, status);
    assert.equal(seen, expected);
    await server.close();
  }
});

test("a proxy that could not verify the certificate, or garbles it, is a 400", async () => {
  const { server } = startExample({ trustedProxies: ["127.0.0.1"] });
  const cert = encodeURIComponent(client.cert);
  const cases = [
    { "ssl-client-cert": cert, "ssl-client-verify": "FAILED" },
    { "ssl-client-cert": cert },
    { "ssl-client-cert": "%zz", "ssl-client-verify": "SUCCESS" },
    { "ssl-client-cert": "nonsense", "ssl-client-verify": "SUCCESS" },
  ];
  for (const certificate of cases) {
    const headers = { authorization: "Bearer all", ...certificate };
    const answer = await server.inject({ url: "/api/v2/notes", headers });
    assert.equal(answer.statusCode, 400);
    assert.match(answer.json().error_description, /propagation failure/);
  }
  await server.close();
});

test("new certificates for new handshakes, at every address; connections that stand go on", async (t) => {
  const { server } = startExample({ tls });
  const { port } = await server.listen({ host: "localhost", port: 0 });
  t.after(() => server.close());
  const standing = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => standing.destroy());
  const call = { headers: { authorization: "Bearer all" } };
  assert.equal((await ask(port, { ...call, agent: standing })).status, 200);

  server.setTls({ ...foreign.issue("server"), clientCa: foreign.cert });
  assert.equal((await ask(port, { ...call, agent: standing })).status, 200);
  const hosts = (await lookup("localhost", { all: true })).map(({ address }) => address);
  for (const host of hosts) {
    const at = { ...call, host, servername: "localhost" };
    await assert.rejects(ask(port, at), /certificate/);
    assert.equal((await ask(port, { ...at, ca: foreign.cert })).status, 200);
  }
});

test("what is no certificate is not taken, nor is any by a server without TLS", async (t) => {
  const { server } = startExample({ tls });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  t.after(() => server.close());
  assert.throws(() => server.setTls({ cert: "nonsense", key: "nonsense" }));
  const call = { headers: { authorization: "Bearer all" } };
  assert.equal((await ask(port, call)).status, 200);
  const { server: plain } = startExample({});
  assert.throws(() => plain.setTls(tls), /speaks no TLS/);
  await plain.close();
});
