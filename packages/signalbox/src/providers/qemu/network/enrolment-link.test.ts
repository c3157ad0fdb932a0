import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { VirtualClock } from "@signalbox/base";
import { EnrolmentLink } from "./enrolment-link.ts";

/** A server, the sockets that it accepted, and a wait for the next one. */
class Accepting {
  readonly server: Server;
  readonly #waiting: Socket[] = [];
  readonly #open = new Set<Socket>();
  #wake: (() => void) | undefined;

  constructor() {
    this.server = createServer((socket) => {
      this.#open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => this.#open.delete(socket));
      this.#waiting.push(socket);
      this.#wake?.();
    });
  }

  static async start(t: TestContext): Promise<Accepting> {
    const accepting = new Accepting();
    accepting.server.listen(0, "127.0.0.1");
    await once(accepting.server, "listening");
    t.after(() => accepting.stop());
    return accepting;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async next(): Promise<Socket> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.#waiting.length === 0) await promise;
    return this.#waiting.shift() as Socket;
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, "close");
  }
}

async function rig(t: TestContext) {
  const clock = new VirtualClock();
  const guest = await Accepting.start(t);
  const listener = await Accepting.start(t);
  const link = new EnrolmentLink({
    clock,
    listener: () => ({ host: "127.0.0.1", port: listener.port }),
  });
  t.after(() => {
    link.follow(undefined);
    assert.equal(clock.pending, 0);
  });
  return { clock, guest, listener, link };
}

test("what the agent sends reaches the listener, and what that answers the agent", async (t) => {
  const { guest, listener, link } = await rig(t);
  link.follow(guest.port);
  const agent = await guest.next();
  agent.write("hello");
  const accepted = await listener.next();
  assert.equal(String((await once(accepted, "data"))[0]), "hello");
  accepted.write("welcome");
  assert.equal(String((await once(agent, "data"))[0]), "welcome");
  agent.end();
  await once(accepted, "close");
});

test("the next connection is offered before the first one ends", async (t) => {
  const { guest, listener, link } = await rig(t);
  link.follow(guest.port);
  const first = await guest.next();
  first.write("one");
  await listener.next();
  const second = await guest.next();
  second.write("two");
  const accepted = await listener.next();
  assert.equal(String((await once(accepted, "data"))[0]), "two");
});

test("no connection to the listener before the agent speaks", async (t) => {
  const { guest, listener, link } = await rig(t);
  link.follow(guest.port);
  await guest.next();
  assert.equal(await countOf(listener.server), 0);
});

test("an agent that closes in silence, or is not there, is called again later", async (t) => {
  const { clock, guest, link } = await rig(t);
  link.follow(guest.port);
  (await guest.next()).destroy();
  while (clock.pending === 0) await new Promise(setImmediate);
  await clock.advance(2000);
  const again = await guest.next();
  assert.ok(again.readable);
  await clock.advance(180_000);
  again.destroy();
  while (clock.pending === 0) await new Promise(setImmediate);
  await clock.advance(29_000);
  assert.equal(clock.pending, 1, "a guest without an agent is not called often for ever");
  await clock.advance(1_000);
  await guest.next();
});

test("a machine that is gone is called no more, and its connections end", async (t) => {
  const { guest, listener, link } = await rig(t);
  link.follow(guest.port);
  const agent = await guest.next();
  agent.write("hello");
  const accepted = await listener.next();
  const offered = await guest.next();
  link.follow(undefined);
  await Promise.all([once(accepted.resume(), "close"), once(offered.resume(), "close")]);
});

function countOf(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  server.getConnections((_error, count) => resolve(count));
  return promise;
}
