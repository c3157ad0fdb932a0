import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { ownLoopback } from "@signalbox/testing";
import { Rendezvous } from "./rendezvous.ts";

/** None that is given to who asks for any. */
const PORT = 20_000;

async function rig(t: TestContext) {
  const place = { host: ownLoopback(), port: PORT };
  const rendezvous = await Rendezvous.open(place);
  t.after(() => rendezvous.close());
  const sockets: Socket[] = [];
  const call = (to: { host: string; port: number }): Socket => {
    const socket = connect(to);
    socket.on("error", () => {});
    sockets.push(socket);
    return socket;
  };
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { rendezvous, daemon: () => call(place), agent: () => call(rendezvous.address) };
}

const textOf = async (socket: Socket): Promise<string> => String((await once(socket, "data"))[0]);

test("joins the agent to the daemon that called before", async (t) => {
  const { daemon, agent } = await rig(t);
  const caller = daemon();
  await once(caller, "connect");
  const asker = agent();
  asker.write("hello");
  assert.equal(await textOf(caller), "hello");
  caller.write("welcome");
  assert.equal(await textOf(asker), "welcome");
  asker.destroy();
  await once(caller.resume(), "close");
});

test("joins the agent to the daemon that calls later, each to one of its own", async (t) => {
  const { daemon, agent } = await rig(t);
  const askers = [agent(), agent()];
  for (const asker of askers) {
    await once(asker, "connect");
    asker.write("hello");
  }
  const callers = [daemon(), daemon()];
  assert.deepEqual(await Promise.all(callers.map(textOf)), ["hello", "hello"]);
});

test("a daemon that hung up before an agent came is not what the agent gets", async (t) => {
  const { daemon, agent } = await rig(t);
  const gone = daemon();
  await once(gone, "connect");
  gone.end();
  await once(gone.resume(), "close");
  const caller = daemon();
  const asker = agent();
  asker.write("hello");
  assert.equal(await textOf(caller), "hello");
});

test("more calls than may wait end the oldest", async (t) => {
  const { daemon } = await rig(t);
  const first = daemon();
  await once(first, "connect");
  for (let call = 0; call < 8; call++) await once(daemon(), "connect");
  await once(first.resume(), "close");
});
