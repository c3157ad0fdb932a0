import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { startExample } from "../testing/example-service.ts";
import { exchangeBytes } from "../testing/raw-client.ts";

const WEBSOCKET =
  "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const VERSION = "GET /api/version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** A server that takes one connection at a time, and no WebSocket. */
async function startNarrow(t: TestContext) {
  const clock = new VirtualClock();
  const { server } = startExample({
    clock,
    limits: { connections: 1, webSockets: 0 },
    upgrades: [{ path: "/socket", upgrade: (_request, socket) => void socket.destroy() }],
  });
  t.after(() => server.close());
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  return { clock, port };
}

for (const [what, bytes] of [
  ["a refused upgrade", WEBSOCKET],
  ["bytes that are no request", "garbage\r\n\r\n"],
] as const) {
  test(`a caller that never closes its side after ${what} does not hold the connection`, async (t) => {
    const { clock, port } = await startNarrow(t);
    const caller = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    t.after(() => caller.destroy());
    caller.write(bytes);
    caller.resume();
    await once(caller, "end");
    assert.equal(await exchangeBytes(port, VERSION), "", "there is no room beside it");
    await clock.advance(1000);
    // The place is free a moment later, when the system has told of the end.
    let answer = "";
    while (answer === "") answer = await exchangeBytes(port, VERSION);
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.equal(clock.pending, 0);
  });
}

test("a caller that closes leaves no timer", async (t) => {
  const { clock, port } = await startNarrow(t);
  assert.match(await exchangeBytes(port, WEBSOCKET), /^HTTP\/1\.1 503 /);
  let answer = "";
  while (answer === "") answer = await exchangeBytes(port, VERSION);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  assert.equal(clock.pending, 0);
});
