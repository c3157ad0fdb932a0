import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { desiredServer, NETWORK } from "./desired.ts";
import type { Conform } from "./harness.ts";
import { CALM, idsOf, reach, refOf, rejectsWith, settles } from "./steps.ts";

/** Making, observing and removing. */
export function describeMachineLife(conform: Conform): void {
  conform("makes one machine, however often and however fast it is asked for", async (harness) => {
    const { provider } = harness;
    await provider.ensureNetwork(NETWORK, CALM);
    await provider.ensureNetwork(NETWORK, CALM);
    const server = desiredServer(harness);
    await Promise.all([1, 2, 3].map(() => provider.ensureServer(server, CALM)));
    const state = await reach(harness, server);
    assert.equal(state.imageId, server.image.id);
    assert.equal(state.macAddress, server.macAddress);
    assert.equal(typeof state.launchedAtMs, "number");
    assert.deepEqual(await idsOf(harness), [`${server.id}/${server.incarnation}`]);
    const again = await provider.ensureServer(server, CALM);
    const observed = await provider.observeServer(refOf(server), CALM);
    assert.equal(again.launchedAtMs, state.launchedAtMs);
    assert.deepEqual(observed, again);
  });

  conform("removes a machine in any phase, and one that is not there", async (harness) => {
    const { provider } = harness;
    const [young, grown, off] = [
      desiredServer(harness),
      desiredServer(harness),
      desiredServer(harness, { power: "stopped" }),
    ];
    await reach(harness, grown);
    await reach(harness, off);
    await provider.ensureServer(young, CALM);
    for (const server of [young, grown, off]) {
      await provider.removeServer(refOf(server), CALM);
      await rejectsWith(provider.observeServer(refOf(server), CALM), "not_found");
      await provider.removeServer(refOf(server), CALM);
    }
    assert.deepEqual(await idsOf(harness), []);
  });

  conform("takes what is absent as removed", async ({ provider }) => {
    await provider.removeServer({ id: randomUUID(), incarnation: randomUUID() }, CALM);
    await provider.removeNetwork(randomUUID(), CALM);
    await provider.removeSecurityGroup(randomUUID(), CALM);
    await provider.removeImage(randomUUID(), CALM);
  });

  conform("removes a network and a group that are there, twice", async ({ provider }) => {
    const group = { id: randomUUID(), networkId: NETWORK.id, rules: [] };
    await provider.ensureNetwork(NETWORK, CALM);
    await provider.ensureSecurityGroup(group, CALM);
    await provider.ensureSecurityGroup(
      { ...group, rules: [{ direction: "ingress", protocol: "tcp", port: 22 }] },
      CALM,
    );
    for (const _ of [1, 2]) {
      await provider.removeSecurityGroup(group.id, CALM);
      await provider.removeNetwork(NETWORK.id, CALM);
    }
  });

  conform("tells apart two machines that had the same id", async (harness) => {
    const { provider } = harness;
    const first = desiredServer(harness, { power: "stopped" });
    await reach(harness, first);
    await provider.removeServer(refOf(first), CALM);
    const second = desiredServer(harness, { id: first.id, power: "stopped" });
    await reach(harness, second);
    await rejectsWith(provider.observeServer(refOf(first), CALM), "not_found");
    await provider.removeServer(refOf(first), CALM);
    assert.deepEqual(await idsOf(harness), [`${second.id}/${second.incarnation}`]);
  });

  conform("tells of a machine that comes to run, until nobody listens", async (harness) => {
    const { provider } = harness;
    const heard: string[] = [];
    const stopListening = provider.onMachineChange((ref) => heard.push(ref.incarnation));
    const server = desiredServer(harness);
    await provider.ensureServer(server, CALM);
    await settles(harness, server, "running");
    assert.ok(heard.includes(server.incarnation), "no event");
    stopListening();
    const before = heard.length;
    await reach(harness, desiredServer(harness, { ...server, power: "stopped" }));
    assert.equal(heard.length, before);
  });

  conform("says that an image is not there instead of making a machine of it", async (harness) => {
    const { provider } = harness;
    const id = randomUUID();
    const digest = `sha256:${"0".repeat(64)}`;
    const server = desiredServer(harness, { image: { id, digest, virtualBytes: 2 ** 30 } });
    try {
      const state = await provider.ensureServer(server, CALM);
      const settled = state.power === "failed" ? state : await settles(harness, server, "failed");
      assert.equal(settled.fault?.reason, "image_missing");
    } catch (error) {
      await rejectsWith(Promise.reject(error), "not_found", "unprocessable");
    }
    await provider.removeServer(refOf(server), CALM);
    assert.deepEqual(await idsOf(harness), []);
  });
}
