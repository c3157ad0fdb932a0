import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "ws";
import { startExample } from "../testing/example-service.ts";
import { bodyOf, exchangeBytes } from "../testing/raw-client.ts";
import type { UpgradeRoute } from "./upgrade-route.ts";

function echo(): { readonly route: UpgradeRoute; readonly sockets: WebSocketServer } {
  const sockets = new WebSocketServer({ noServer: true });
  const route: UpgradeRoute = {
    path: "/echo",
    upgrade: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (ws) =>
        ws.on("message", (data) => ws.send(data, { binary: false })),
      ),
  };
  return { route, sockets };
}

const upgradeRequest = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

test("a mounted path becomes a WebSocket", async () => {
  const { route } = echo();
  const { server } = startExample({ upgrades: [route] });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const ws = new WebSocket(`ws://127.0.0.1:${port}/echo?x=1`);
  await once(ws, "open");
  ws.send("hello");
  const [data] = (await once(ws, "message")) as [Buffer];
  assert.equal(data.toString(), "hello");
  ws.close();
  await once(ws, "close");
  await server.close();
});

test("any other request to upgrade goes down the pipeline", async () => {
  const { route } = echo();
  const { server } = startExample({ upgrades: [route] });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const unknown = await exchangeBytes(
    port,
    upgradeRequest("/nope").replace("Upgrade\r\n", "close, Upgrade\r\n"),
  );
  assert.match(unknown, /^HTTP\/1.1 404 /);
  assert.match(unknown, /traceparent: 00-/);
  const h2c =
    "GET /api/version HTTP/1.1\r\nHost: localhost\r\nConnection: close, Upgrade\r\nUpgrade: h2c\r\n\r\n";
  assert.match(await exchangeBytes(port, h2c), /^HTTP\/1.1 200 /);
  await server.close();
});

test("WebSockets are limited in number and in rate", async () => {
  const { route } = echo();
  const { server } = startExample({
    upgrades: [route],
    limits: { webSockets: 1, addressRate: { perSecond: 0.001, burst: 2 } },
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const ws = new WebSocket(`ws://127.0.0.1:${port}/echo`);
  await once(ws, "open");
  const second = await exchangeBytes(port, upgradeRequest("/echo"));
  assert.match(second, /^HTTP\/1.1 503 /);
  const third = await exchangeBytes(port, upgradeRequest("/echo"));
  assert.match(third, /^HTTP\/1.1 429 /);
  assert.match(third, /retry-after: /);
  assert.equal(bodyOf(third)["code"], "too_many_requests");
  ws.close();
  await once(ws, "close");
  await server.close();
});

test("a caller whom its route has refused takes no place, however slow it is to go", async (t) => {
  const { route } = echo();
  const refusing: UpgradeRoute = {
    path: "/refusing",
    upgrade: (_request, socket) => void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n"),
  };
  const { server } = startExample({ upgrades: [route, refusing], limits: { webSockets: 1 } });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const caller = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  t.after(() => caller.destroy());
  caller.write(upgradeRequest("/refusing"));
  caller.resume();
  await once(caller, "end");
  const ws = new WebSocket(`ws://127.0.0.1:${port}/echo`);
  await once(ws, "open");
  ws.close();
  await once(ws, "close");
  caller.destroy();
  await server.close();
});

test("a socket that does not end by itself is cut off when the drain is over", async () => {
  const { route } = echo();
  const { server } = startExample({ upgrades: [route], limits: { drainTimeoutMs: 20 } });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const ws = new WebSocket(`ws://127.0.0.1:${port}/echo`);
  await once(ws, "open");
  const closed = once(ws, "close");
  await server.close();
  assert.equal(((await closed) as [number])[0], 1006);
});

test("a route that throws does not end the process", async () => {
  const upgrade = (): Promise<void> => Promise.reject(new Error("broken"));
  const { server } = startExample({ upgrades: [{ path: "/echo", upgrade }] });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  assert.equal(await exchangeBytes(port, upgradeRequest("/echo")), "");
  await server.close();
});
