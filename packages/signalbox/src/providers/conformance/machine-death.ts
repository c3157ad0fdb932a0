import assert from "node:assert/strict";
import type { DesiredServer, MachineState } from "../provider.ts";
import { desiredServer } from "./desired.ts";
import type { Conform, ProviderHarness } from "./harness.ts";
import { CALM, eventually, idsOf, reach, refOf, settles } from "./steps.ts";

/** Machines whose process ends without being asked to. */
export function describeMachineDeath(conform: Conform): void {
  conform("tells of a machine that died, and why", async (harness) => {
    const server = desiredServer(harness);
    await reach(harness, server);
    const heard: string[] = [];
    harness.provider.onMachineChange((ref) => heard.push(ref.incarnation));
    const dead = await die(harness, server);
    assert.notEqual(dead.fault?.message, "");
    assert.ok(heard.includes(server.incarnation), "no event");
  });

  conform("starts a machine that died when asked to, each time, as it was", async (harness) => {
    const server = desiredServer(harness);
    const first = await reach(harness, server);
    for (const _ of [1, 2]) {
      await die(harness, server);
      const risen = await rise(harness, server);
      assert.equal(risen.fault, undefined);
      assert.equal(risen.launchedAtMs, first.launchedAtMs);
      assert.equal(risen.imageId, first.imageId);
    }
    assert.deepEqual(await idsOf(harness), [`${server.id}/${server.incarnation}`]);
  });

  conform("leaves a machine that died as it is until it is asked for", async (harness) => {
    const server = desiredServer(harness);
    await reach(harness, server);
    const dead = await die(harness, server);
    for (const _ of [1, 2, 3]) await harness.pause();
    const still = await harness.provider.observeServer(refOf(server), CALM);
    assert.deepEqual([still.power, still.fault?.reason], [dead.power, "exited"]);
    const off = await harness.provider.ensureServer({ ...server, power: "stopped" }, CALM);
    assert.ok(off.power === "stopped" || off.power === "failed", off.power);
  });

  conform("still knows after a restart that a machine died, and starts it", async (harness) => {
    const server = desiredServer(harness);
    await reach(harness, server);
    await die(harness, server);
    await harness.reopen();
    const found = await settles(harness, server, "stopped", "failed");
    assert.equal(found.fault?.reason, "exited");
    assert.equal((await rise(harness, server)).fault, undefined);
  });

  conform("makes a machine anew that died before its guest ran", async (harness) => {
    const server = desiredServer(harness);
    await harness.provider.ensureServer(server, CALM);
    await eventually(harness, "there is something to kill", () =>
      harness.kill(refOf(server)).then(
        () => true,
        () => undefined,
      ),
    );
    const dead = await settles(harness, server, "stopped", "failed");
    assert.equal(dead.fault?.reason, "exited");
    await harness.provider.removeServer(refOf(server), CALM);
    await reach(harness, server);
    assert.equal((await idsOf(harness)).length, 1);
  });
}

async function die(harness: ProviderHarness, server: DesiredServer): Promise<MachineState> {
  await harness.kill(refOf(server));
  const dead = await settles(harness, server, "stopped", "failed");
  assert.equal(dead.fault?.reason, "exited");
  return dead;
}

/** As `reach`, but a machine that has failed is asked for again. */
function rise(harness: ProviderHarness, server: DesiredServer): Promise<MachineState> {
  return eventually(harness, "it runs again", async () => {
    const state = await harness.provider.ensureServer(server, CALM);
    return state.power === "running" ? state : undefined;
  });
}
