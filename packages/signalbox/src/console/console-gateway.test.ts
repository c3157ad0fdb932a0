import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { duplexPair } from "node:stream";
import { type TestContext, test } from "node:test";
import { Problem, seededRandom, silentLog, VirtualClock } from "@signalbox/base";
import { WebSocket } from "ws";
import type { Provider } from "../providers/provider.ts";
import { ConsoleGateway } from "./console-gateway.ts";
import { CONSOLE_CLOSE, CONSOLE_PROTOCOL } from "./console-protocol.ts";
import { ConsoleTickets } from "./ticket-store.ts";

const LIMITS = { idleMs: 3_600_000, maxMs: 3_600_000 };

/** A gateway behind a real socket; the first session's serial line ends in `machine`. */
async function startGateway(t: TestContext) {
  const clock = new VirtualClock();
  const tickets = new ConsoleTickets({ clock, random: seededRandom(1) });
  const [line, machine] = duplexPair();
  const lines = [line];
  const provider: Pick<Provider, "openConsole"> = {
    openConsole: () => Promise.resolve(lines.pop() ?? duplexPair()[0]),
  };
  const providerOf = () => provider as Provider;
  const gateway = new ConsoleGateway({ tickets, providerOf, clock, log: silentLog }, LIMITS);
  const server = createServer().on("upgrade", (request, socket, head) => {
    void gateway.upgrade(request, socket, head);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  let isRevoked = false;
  const recheck = (): Promise<void> =>
    isRevoked
      ? Promise.reject(new Problem("unauthenticated", "the token is not valid"))
      : Promise.resolve();
  const ticket = (actor: string): string =>
    tickets.issue({ regionId: "r", server: { id: "s", incarnation: "i" }, actor, recheck }).text;
  t.after(async () => {
    await gateway.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const join = (actor = "alice") =>
    new WebSocket(`ws://127.0.0.1:${port}`, [CONSOLE_PROTOCOL, `ticket.${ticket(actor)}`]);
  const revoke = (): void => {
    isRevoked = true;
  };
  return { clock, gateway, machine, join, revoke, server, port };
}

test("a session goes on while the token holds, and ends when it is revoked", async (t) => {
  const { clock, gateway, machine, join, revoke } = await startGateway(t);
  const ws = join();
  await once(ws, "open");
  for (let look = 0; look < 3; look++) await clock.advance(2000);
  ws.send("before");
  assert.equal(String((await once(machine, "data"))[0]), "before");
  const closed = once(ws, "close");
  const lineClosed = once(machine, "end");
  machine.resume();
  revoke();
  await clock.advance(2000);
  assert.equal(((await closed) as [number])[0], CONSOLE_CLOSE.refused);
  await lineClosed;
  await gateway.close();
  assert.equal(gateway.sessions, 0);
  assert.equal(clock.pending, 0);
});

test("the ticket of a token that was revoked since opens nothing", async (t) => {
  const { gateway, join, revoke } = await startGateway(t);
  revoke();
  const [error] = (await once(join(), "error")) as [Error];
  assert.match(error.message, /401/);
  assert.equal(gateway.sessions, 0);
});

test("a refused caller that never closes its side is let go of", { timeout: 60_000 }, async (t) => {
  const { clock, server, port } = await startGateway(t);
  const arrived = once(server, "connection");
  const caller = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  t.after(() => caller.destroy());
  caller.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const [socket] = (await arrived) as [Socket];
  caller.resume();
  await once(caller, "end");
  assert.equal(socket.destroyed, false, "the answer has its time");
  const closed = once(socket, "close");
  await clock.advance(1000);
  await closed;
});

test("one caller cannot take the places of all", async (t) => {
  const { gateway, join } = await startGateway(t);
  for (let n = 0; n < 32; n++) await once(join("alice"), "open");
  const [error] = (await once(join("alice"), "error")) as [Error];
  assert.match(error.message, /429/);
  await once(join("bob"), "open");
  assert.equal(gateway.sessions, 33);
});
