import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it, type TestContext } from "node:test";
import { Problem, silentLog, VirtualClock } from "@signalbox/base";
import { desiredServer } from "../conformance/desired.ts";
import type { CallOptions, DesiredServer } from "../provider.ts";
import { SIMULATED_FLAVORS, SIMULATED_IMAGES } from "./catalogue.ts";
import type { FaultRule } from "./faults.ts";
import { SimulatedProvider } from "./simulated-provider.ts";

const CALM: CallOptions = { signal: new AbortController().signal };
const FULL = { type: "fail", code: "no_capacity", message: "full", retryAfterMs: 9 } as const;

interface Rig {
  readonly provider: SimulatedProvider;
  readonly clock: VirtualClock;
  readonly server: DesiredServer;
}

async function createRig(t: TestContext, faults: readonly FaultRule[] = []): Promise<Rig> {
  const clock = new VirtualClock();
  const provider = new SimulatedProvider({ clock, log: silentLog }, { faults });
  await provider.start(CALM);
  t.after(async () => {
    await provider.close();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });
  const [flavor] = SIMULATED_FLAVORS;
  const [image] = SIMULATED_IMAGES;
  assert.ok(flavor && image);
  const server = desiredServer({ flavor, images: [image, image] });
  return { provider, clock, server };
}

const isFull = (error: unknown): boolean =>
  Problem.is(error, "no_capacity") && error.retryAfterMs === 9;

describe("faults of the simulated provider", () => {
  it("fails as many calls as it was told to, and no other method", async (t) => {
    const { provider, server } = await createRig(t);
    provider.faults.inject({ on: "ensureServer", effect: FULL, times: 2 });
    await assert.rejects(provider.ensureServer(server, CALM), isFull);
    assert.deepEqual(await provider.listServers(CALM), []);
    await assert.rejects(provider.ensureServer(server, CALM), isFull);
    await provider.ensureServer(server, CALM);
  });

  it("fails every call until the rule is taken away", async (t) => {
    const rule = { on: "listServers", effect: FULL } as const;
    const { provider } = await createRig(t);
    const withdraw = provider.faults.inject(rule);
    for (let i = 0; i < 20; i++) await assert.rejects(provider.listServers(CALM), isFull);
    withdraw();
    await provider.listServers(CALM);
  });

  it("takes rules from its options", async (t) => {
    const { provider } = await createRig(t, [{ on: "listServers", effect: FULL, times: 1 }]);
    await assert.rejects(provider.listServers(CALM), isFull);
    await provider.listServers(CALM);
  });

  it("hangs until the caller gives up", async (t) => {
    const { provider, clock, server } = await createRig(t);
    provider.faults.inject({ on: "ensureServer", effect: { type: "hang" }, times: 1 });
    const giving = new AbortController();
    const reason = new Error("given up");
    let ended = false;
    const call = provider.ensureServer(server, { signal: giving.signal }).finally(() => {
      ended = true;
    });
    await clock.advance(3_600_000);
    assert.equal(ended, false);
    giving.abort(reason);
    await assert.rejects(call, (error: unknown) => error === reason);
    assert.deepEqual(await provider.listServers(CALM), []);
  });

  it("is slow, and can be given up meanwhile", async (t) => {
    const { provider, clock } = await createRig(t);
    provider.faults.inject({ on: "listServers", effect: { type: "slow", ms: 5_000 } });
    const startMs = clock.monotonic();
    const call = provider.listServers(CALM).then(() => clock.monotonic() - startMs);
    await clock.advance(10_000);
    assert.equal(await call, 5_000);
    const giving = new AbortController();
    const given = provider.listServers({ signal: giving.signal });
    giving.abort(new Error("given up"));
    await assert.rejects(given, /given up/);
  });

  it("lets the first boot fail, and the machine stays failed until it is removed", async (t) => {
    const { provider, clock, server } = await createRig(t);
    const fault = { reason: "boot_timeout", message: "no login prompt within 120 s" } as const;
    provider.faults.inject({ on: "boot", fault, times: 1 });
    await provider.ensureServer(server, CALM);
    await clock.advance(5_000);
    assert.deepEqual((await provider.observeServer(server, CALM)).fault, fault);
    assert.equal((await provider.ensureServer(server, CALM)).power, "failed");
    await provider.removeServer(server, CALM);
    await provider.ensureServer(server, CALM);
    await clock.advance(5_000);
    assert.equal((await provider.observeServer(server, CALM)).power, "running");
  });

  it("starts a failed machine again that has run before, and only when it should run", async (t) => {
    const { provider, clock, server } = await createRig(t);
    await provider.ensureServer(server, CALM);
    await clock.advance(5_000);
    const { launchedAtMs } = await provider.observeServer(server, CALM);
    const fault = { reason: "boot_timeout", message: "no login prompt" } as const;
    provider.faults.inject({ on: "boot", fault, times: 1 });
    await provider.rebootServer(server, "hard", CALM);
    await clock.advance(5_000);
    assert.deepEqual((await provider.observeServer(server, CALM)).fault, fault);
    const off = await provider.ensureServer({ ...server, power: "stopped" }, CALM);
    assert.deepEqual([off.power, off.fault], ["failed", fault]);
    const starting = await provider.ensureServer(server, CALM);
    assert.deepEqual([starting.power, starting.fault], ["building", undefined]);
    await clock.advance(5_000);
    const state = await provider.observeServer(server, CALM);
    assert.deepEqual([state.power, state.launchedAtMs], ["running", launchedAtMs]);
  });

  it("recovers from a failed boot by a rebuild", async (t) => {
    const { provider, clock, server } = await createRig(t);
    const fault = { reason: "boot_timeout", message: "no login prompt" } as const;
    provider.faults.inject({ on: "boot", fault, times: 1 });
    await provider.ensureServer(server, CALM);
    await clock.advance(5_000);
    await provider.rebuildServer(server, CALM);
    await clock.advance(5_000);
    const state = await provider.observeServer(server, CALM);
    assert.deepEqual([state.power, state.fault], ["running", undefined]);
  });

  it("makes a machine that waited for its image once the image has come", async (t) => {
    const { provider, clock, server } = await createRig(t);
    const imageId = randomUUID();
    const waiting = { ...server, image: { id: imageId, virtualBytes: 1 } };
    assert.equal((await provider.ensureServer(waiting, CALM)).fault?.reason, "image_missing");
    const request = {
      imageId,
      uri: "https://x.example/i",
      format: "raw",
      onProgress: () => {},
    } as const;
    const importing = provider.importImage(request, CALM);
    await clock.advance(5_000);
    await importing;
    await provider.ensureServer(waiting, CALM);
    await clock.advance(5_000);
    assert.equal((await provider.observeServer(waiting, CALM)).power, "running");
  });

  it("keeps telling the others when one listener throws", async (t) => {
    const { provider, clock, server } = await createRig(t);
    const heard: string[] = [];
    provider.onMachineChange(() => assert.fail("a listener's fault"));
    provider.onMachineChange(({ id }) => heard.push(id));
    await provider.ensureServer(server, CALM);
    await clock.advance(5_000);
    assert.ok(heard.length > 0 && heard.every((id) => id === server.id));
  });
});
