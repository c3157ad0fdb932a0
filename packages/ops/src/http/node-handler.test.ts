import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { systemClock, VirtualClock } from "@signalbox/base";
import { ownLoopback } from "@signalbox/testing";
import { fastify } from "fastify";
import { createAdminApi } from "../admin/admin-api.ts";
import type { AdminCall } from "../admin/admin-call.ts";
import { HealthRegistry } from "../health/health-registry.ts";
import { MetricsRegistry } from "../metrics/metrics-registry.ts";
import { type HttpListener, startListener } from "./http-listener.ts";
import { nodeHandler } from "./node-handler.ts";

const clock = systemClock;

function parts() {
  const metrics = new MetricsRegistry({ clock, maxSeries: 100_000 });
  const health = new HealthRegistry(clock);
  return { metrics, health, admin: createAdminApi({ clock, metrics, health }) };
}

async function useListener(
  t: TestContext,
  handler = nodeHandler(parts().admin),
): Promise<HttpListener> {
  const listener = await startListener(handler, { clock });
  t.after(() => listener.close(0));
  return listener;
}

test("a listener of its own answers, also HEAD", async (t) => {
  const { port } = await useListener(t);
  const url = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${url}/readyz`);
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '{"status":"healthy","checks":{}}\n');
  const head = await fetch(`${url}/readyz`, { method: "HEAD" });
  assert.deepEqual([head.headers.get("content-length"), await head.text()], ["33", ""]);
  const scrape = await fetch(`${url}/metrics`, { method: "HEAD" });
  assert.deepEqual([scrape.status, await scrape.text()], [200, ""]);
});

test("behind a proxy, addresses are where the program says", async (t) => {
  const calls: AdminCall[] = [];
  const admin = createAdminApi({ clock, onCall: (call) => calls.push(call) });
  const addressOf = ({ headers }: IncomingMessage): string => String(headers["x-real-ip"]);
  const { port } = await useListener(t, nodeHandler(admin, { addressOf }));
  await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { "x-real-ip": "10.1.2.3" } });
  assert.equal(calls[0]?.sourceAddress, "10.1.2.3");
});

test("certificates that nobody could sign are not asked for", async () => {
  const tls = { certificate: "", key: "", requiresCertificate: true };
  await assert.rejects(startListener(nodeHandler(parts().admin), { clock, tls }), {
    code: "config_invalid",
  });
});

test("mounted in Fastify", async (t) => {
  const app = fastify();
  t.after(() => app.close());
  const handle = nodeHandler(parts().admin, { prefix: "/ops" });
  app.all("/ops/*", (request, reply) => {
    reply.hijack();
    handle(request.raw, reply.raw);
  });
  const base = await app.listen({ port: 0, host: "127.0.0.1" });
  assert.equal(await (await fetch(`${base}/ops/healthz`)).text(), "ok\n");
  assert.equal((await fetch(`${base}/healthz`)).status, 404);
});

test("as a middleware it passes on what it does not know", async (t) => {
  const handle = nodeHandler(parts().admin);
  const server = createServer((request, response) =>
    handle(request, response, () => response.end("mine")),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  const text = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  assert.equal(await text("/healthz"), "ok\n");
  assert.equal(await text("/"), "mine");
});

test("a body that no route reads ends its connection when it is too long", async (t) => {
  const { port } = await useListener(t);
  const url = `http://127.0.0.1:${port}/healthz`;
  const declared = await fetch(url, { method: "POST", body: "x".repeat(70_000) }).catch(() => null);
  assert.ok(declared === null || declared.status === 413);
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => {});
  socket.write("POST /healthz HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
  socket.write(`20000\r\n${"x".repeat(0x20000)}\r\n`);
  socket.resume();
  await closed;
  assert.equal(await (await fetch(url)).text(), "ok\n");
});

test("a scrape during a shutdown is finished, then nobody is let in", async () => {
  const { admin, metrics, health } = parts();
  const gauge = metrics.gauge("g");
  for (let n = 0; n < 50_000; n++) gauge.set(n, { n });
  // On this clock the time of grace is never over, however long the reading takes.
  const options = { clock: new VirtualClock(), host: ownLoopback() };
  const listener = await startListener(nodeHandler(admin), options);
  const { host, port } = listener;
  const request = httpRequest({ host, port, path: "/metrics" }).end();
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  // The headers are here, the body is not read yet: the scrape is under way.
  health.startDraining();
  const closed = listener.close(10_000);
  let lines = 0;
  for await (const chunk of response) lines += String(chunk).split("\n").length - 1;
  assert.equal(lines, 50_001);
  await closed;
  const late = connect(port, host);
  await assert.rejects(once(late, "connect"), { code: "ECONNREFUSED" });
});

test("a caller that does not read is cut off when the time of grace is over", async () => {
  const { admin, metrics } = parts();
  const gauge = metrics.gauge("g");
  for (let n = 0; n < 50_000; n++) gauge.set(n, { n, padding: "x".repeat(200) });
  const listener = await startListener(nodeHandler(admin), { clock });
  const socket = connect(listener.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n");
  await once(socket, "readable");
  await listener.close(50);
  socket.destroy();
});

test("a check that hangs holds up its own probe until its time is up, and nothing else", async (t) => {
  const { admin, health } = parts();
  health.register({ name: "hung", timeoutMs: 200, run: () => new Promise(() => {}) });
  health.register({
    name: "throws",
    run: () => {
      throw new Error("at once");
    },
  });
  const { port } = await useListener(t, nodeHandler(admin));
  const url = `http://127.0.0.1:${port}`;
  const probe = fetch(`${url}/readyz`);
  assert.equal(await (await fetch(`${url}/healthz`)).text(), "ok\n");
  const answer = await probe;
  assert.equal(answer.status, 503);
  assert.equal(
    await answer.text(),
    '{"status":"unhealthy","checks":{"hung":{"ok":false},"throws":{"ok":false}}}\n',
  );
});

test("who holds all connections and says nothing keeps nobody out", {
  timeout: 60_000,
}, async (t) => {
  const handler = nodeHandler(parts().admin);
  const listener = await startListener(handler, { clock, maxConnections: 3 });
  t.after(() => listener.close(0));
  const { port } = listener;
  const join = async (text: string): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    t.after(() => socket.destroy());
    await once(socket, "connect");
    if (text !== "") socket.write(text);
    return socket;
  };
  // One after the other: the oldest has to go.
  const oldest = await join("");
  for (const _ of [1, 2]) await join("GET /livez HTTP/1.1\r\nx-slow: ");
  const gone = once(oldest, "close");
  assert.equal((await fetch(`http://127.0.0.1:${port}/livez`)).status, 200);
  await gone;
});

test("who is served is not put out by others", { timeout: 60_000 }, async (t) => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const listener = await startListener(
    (_, response) => {
      asked.resolve();
      void answer.promise.then(() => response.end("late"));
    },
    { clock, maxConnections: 1 },
  );
  t.after(() => listener.close(0));
  const served = fetch(`http://127.0.0.1:${listener.port}/`);
  await asked.promise;
  const socket = connect(listener.port, listener.host).on("error", () => {});
  await once(socket, "close");
  answer.resolve();
  assert.equal(await (await served).text(), "late");
});
