import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type Random, systemRandom, VirtualClock } from "@signalbox/base";
import { type Channel, clientOf, GrpcError, Metadata, STATUS } from "@signalbox/grpc";
import { MachineService } from "#gen/machine/machine_pb.js";
import { useBlackHole } from "../../../../nodes/testing/black-hole.ts";
import { NodeRig } from "../../../../nodes/testing/node-rig.ts";
import { openChannel, type OpenChannelOptions } from "./open-channel.ts";

const A = { id: "a0000000-0000-4000-8000-000000000001", name: "a" };
const NOBODY = "127.0.0.1:1";

/** Begins with the endpoint at this place of three. */
const beginAt = (place: number): Random => ({ ...systemRandom, fraction: () => place / 3 });

interface Scene {
  readonly address: string;
  readonly options: Omit<OpenChannelOptions, "random">;
}

async function useScene(t: TestContext): Promise<Scene> {
  const rig = await NodeRig.use(t);
  await rig.addAgent(A);
  const identity = await rig.certificateFor({ roles: ["os:reader"] });
  const { signal } = new AbortController();
  // Nobody's patience ends.
  const clock = new VirtualClock();
  return { address: rig.address, options: { tls: { material: () => identity }, signal, clock } };
}

async function askVersion(channel: Channel): Promise<string | undefined> {
  const metadata = Metadata.of([["node", A.name]]);
  const { messages } = await clientOf(MachineService, channel).version({}, { metadata });
  return messages[0]?.version?.tag;
}

test("of several endpoints one that can be connected to, wherever the search begins", async (t) => {
  const { address, options } = await useScene(t);
  for (const place of [0, 1, 2]) {
    const given = { ...options, random: beginAt(place) };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const channel = await openChannel([NOBODY, address, NOBODY], given);
    t.after(() => channel.destroy());
    // oxlint-disable-next-line no-await-in-loop
    assert.equal(await askVersion(channel), "v1.0.0-a");
  }
});

test("none of them: calls say why", async (t) => {
  const { options } = await useScene(t);
  const channel = await openChannel([NOBODY, NOBODY], { ...options, random: systemRandom });
  t.after(() => channel.destroy());
  await assert.rejects(askVersion(channel), (error: unknown) => {
    assert.ok(error instanceof GrpcError);
    assert.equal(error.code, STATUS.UNAVAILABLE);
    assert.match(error.message, /ECONNREFUSED/);
    return true;
  });
});

test("Ctrl-C ends the search", async (t) => {
  const { options } = await useScene(t);
  const holes = [await useBlackHole(t), await useBlackHole(t), await useBlackHole(t)];
  const ctrlC = new AbortController();
  const opening = openChannel(holes, { ...options, signal: ctrlC.signal, random: systemRandom });
  ctrlC.abort();
  const channel = await opening;
  assert.equal(channel.connections, 0);
  channel.destroy();
});
