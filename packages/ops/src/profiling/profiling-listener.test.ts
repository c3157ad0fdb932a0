import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { test, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { Problem, systemClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { bearerAuthenticator } from "../auth/bearer-authenticator.ts";
import type { HttpListener } from "../http/http-listener.ts";
import { Policy } from "../rbac/policy.ts";
import { readPprof } from "../testing/wire-messages.ts";
import { Profiler } from "./profiler.ts";
import { startProfilingListener } from "./profiling-listener.ts";

const clock = systemClock;

async function useListener(
  t: TestContext,
  profiles: Profiler = new Profiler({ clock }),
): Promise<HttpListener> {
  const listener = await startProfilingListener({ clock, profiles });
  t.after(() => listener.close());
  return listener;
}

test("a profile over HTTP is one that pprof reads", async (t) => {
  const { port } = await useListener(t);
  const url = `http://127.0.0.1:${port}/debug/pprof`;
  assert.match(await (await fetch(url)).text(), /^\/debug\/pprof\/profile\?seconds=10$/m);
  const answer = await fetch(`${url}/profile?seconds=0.1`);
  assert.equal(answer.status, 200);
  const profile = readPprof(gunzipSync(Buffer.from(await answer.arrayBuffer())));
  assert.ok(Array.isArray(profile["sample_type"]));
  assert.equal((await fetch(`${url}/profile?seconds=x`)).status, 400);
  assert.equal((await fetch(`${url}/profile?seconds=1000`)).status, 400);
  assert.equal((await fetch(`${url}/other`)).status, 404);
});

test("one profile at a time, whoever asks; who leaves makes room", async (t) => {
  const profiles = new Profiler({ clock });
  const { port } = await useListener(t, profiles);
  const url = `http://127.0.0.1:${port}/debug/pprof`;
  const leave = new AbortController();
  const first = fetch(`${url}/eventloop?seconds=50`, { signal: leave.signal });
  first.catch(() => {});
  const status = async (): Promise<number> => (await fetch(`${url}/eventloop?seconds=0.01`)).status;
  await until(() => profiles.isBusy);
  assert.equal(await status(), 409);
  leave.abort();
  await assert.rejects(first);
  await until(() => !profiles.isBusy);
  assert.equal(await status(), 200);
});

test("closing ends what is being taken", async () => {
  const profiles = new Profiler({ clock });
  const listener = await startProfilingListener({ clock, profiles });
  const taken = fetch(`http://127.0.0.1:${listener.port}/debug/pprof/eventloop?seconds=50`);
  taken.catch(() => {});
  await until(() => profiles.isBusy);
  await listener.close();
  await assert.rejects(taken);
  await until(() => !profiles.isBusy);
});

test("a web page does not reach in under another name or from another site", async (t) => {
  const { host, port } = await useListener(t);
  const ask = async (headers: Record<string, string>): Promise<number | undefined> => {
    const request = httpRequest({ host, port, path: "/debug/pprof", headers }).end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  assert.equal(await ask({ host: `evil.example:${port}` }), 403);
  assert.equal(await ask({ host: "localhost", "sec-fetch-site": "cross-site" }), 403);
  assert.equal(await ask({ host: "[::1]:6060" }), 200);
});

test("beyond loopback only with credentials", async (t) => {
  const profiles = new Profiler({ clock });
  await assert.rejects(startProfilingListener({ clock, profiles, host: "0.0.0.0" }), (error) =>
    Problem.is(error, "config_invalid"),
  );
  const policy = new Policy();
  policy.setRole({ name: "r", grants: ["admin:profile"] });
  policy.setUser("bot", ["r"]);
  const authenticator = bearerAuthenticator([{ user: "bot", token: "t" }]);
  const listener = await startProfilingListener({
    clock,
    profiles,
    host: "0.0.0.0",
    access: { authenticator, policy },
  });
  t.after(() => listener.close());
  const url = `http://127.0.0.1:${listener.port}/debug/pprof`;
  assert.equal((await fetch(url)).status, 401);
  assert.equal((await fetch(url, { headers: { authorization: "Bearer t" } })).status, 200);
});
