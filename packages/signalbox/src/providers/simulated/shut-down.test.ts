import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it, type TestContext } from "node:test";
import { Problem, silentLog, VirtualClock } from "@signalbox/base";
import { desiredServer } from "../conformance/desired.ts";
import type { CallOptions, DesiredServer } from "../provider.ts";
import { SIMULATED_FLAVORS, SIMULATED_IMAGES } from "./catalogue.ts";
import { SimulatedProvider } from "./simulated-provider.ts";

const CALM: CallOptions = { signal: new AbortController().signal };

interface Rig {
  readonly provider: SimulatedProvider;
  readonly clock: VirtualClock;
  readonly server: DesiredServer;
}

/** A provider with one machine that runs. */
async function createRig(t: TestContext): Promise<Rig> {
  const clock = new VirtualClock();
  const provider = new SimulatedProvider({ clock, log: silentLog });
  await provider.start(CALM);
  t.after(async () => {
    await provider.close();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });
  const [flavor] = SIMULATED_FLAVORS;
  const [image] = SIMULATED_IMAGES;
  assert.ok(flavor && image);
  const server = desiredServer({ flavor, images: [image, image] });
  await provider.ensureServer(server, CALM);
  await clock.advance(5_000);
  assert.equal((await provider.observeServer(server, CALM)).power, "running");
  return { provider, clock, server };
}

const isConflict = (error: unknown): boolean => Problem.is(error, "conflict");

describe("a guest that shuts itself down", () => {
  it("leaves its machine stopped, without a fault, and tells of it", async (t) => {
    const { provider, clock, server } = await createRig(t);
    const heard: string[] = [];
    provider.onMachineChange(({ incarnation }) => heard.push(incarnation));
    provider.shutDown(server);
    assert.deepEqual(heard, [server.incarnation]);
    await clock.advance(60_000);
    const state = await provider.observeServer(server, CALM);
    assert.deepEqual([state.power, state.fault], ["stopped", undefined]);
    const output = await provider.consoleOutput(server, 1, CALM);
    assert.match(output, /Power down/);
  });

  it("ends the consoles of its machine", async (t) => {
    const { provider, server } = await createRig(t);
    const console = await provider.openConsole(server, CALM);
    const ended = new Promise((resolve) => console.once("end", resolve));
    console.resume();
    provider.shutDown(server);
    await ended;
  });

  it("is started again by the next call that asks for it", async (t) => {
    const { provider, clock, server } = await createRig(t);
    provider.shutDown(server);
    const stopped = await provider.ensureServer({ ...server, power: "stopped" }, CALM);
    assert.equal(stopped.power, "stopped");
    await provider.ensureServer(server, CALM);
    await clock.advance(5_000);
    assert.equal((await provider.observeServer(server, CALM)).power, "running");
  });

  it("must be there and run", async (t) => {
    const { provider, server } = await createRig(t);
    const unknown = { id: randomUUID(), incarnation: randomUUID() };
    assert.throws(
      () => provider.shutDown(unknown),
      (error: unknown) => Problem.is(error, "not_found"),
    );
    provider.shutDown(server);
    assert.throws(() => provider.shutDown(server), isConflict);
    await provider.ensureServer(server, CALM);
    assert.throws(() => provider.shutDown(server), isConflict);
  });
});
