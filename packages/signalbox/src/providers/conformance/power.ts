import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ProviderCapabilities } from "../provider.ts";
import { desiredServer } from "./desired.ts";
import type { Conform } from "./harness.ts";
import { CALM, eventually, reach, refOf, rejectsWith, settles } from "./steps.ts";

/** Starting, stopping, rebooting, shutting down. */
export function describePower(conform: Conform, capabilities: ProviderCapabilities): void {
  conform("makes a machine that is to be off, without running it", async (harness) => {
    const server = desiredServer(harness, { power: "stopped" });
    const state = await reach(harness, server);
    assert.equal(state.launchedAtMs, undefined);
    const running = await reach(harness, { ...server, power: "running" });
    assert.equal(typeof running.launchedAtMs, "number");
  });

  conform("stops and starts a machine, twice each without harm", async (harness) => {
    const server = desiredServer(harness);
    const first = await reach(harness, server);
    for (const power of ["stopped", "running"] as const) {
      await reach(harness, { ...server, power });
      const state = await reach(harness, { ...server, power });
      assert.equal(state.fault, undefined);
      assert.equal(state.launchedAtMs, first.launchedAtMs);
      assert.equal(state.imageId, server.image.id);
    }
  });

  conform("reboots a machine that runs, and only such a one", async (harness) => {
    const { provider } = harness;
    const unknown = { id: randomUUID(), incarnation: randomUUID() };
    await rejectsWith(provider.rebootServer(unknown, "soft", CALM), "not_found");
    const server = desiredServer(harness, { power: "stopped" });
    await reach(harness, server);
    await rejectsWith(provider.rebootServer(refOf(server), "hard", CALM), "conflict");
    const { launchedAtMs } = await reach(harness, { ...server, power: "running" });
    for (const mode of ["hard", "soft"] as const) {
      await settles(harness, server, "running");
      await provider.rebootServer(refOf(server), mode, CALM);
    }
    // Cuts the soft one short.
    await provider.rebootServer(refOf(server), "hard", CALM);
    const after = await settles(harness, server, "running");
    assert.equal(after.launchedAtMs, launchedAtMs);
  });

  if (capabilities.consoleOutput) {
    conform("really reboots: the console shows it", async (harness) => {
      const { provider } = harness;
      const server = desiredServer(harness);
      await reach(harness, server);
      const output = (): Promise<string> => provider.consoleOutput(refOf(server), undefined, CALM);
      const before = await quiet(output, harness.pause);
      await provider.rebootServer(refOf(server), "hard", CALM);
      await eventually(harness, "the console goes on", async () =>
        (await output()).length > before.length ? true : undefined,
      );
    });
  }

  conform("tells a guest that shuts itself down from one that died", async (harness) => {
    const { provider, selfShutdown } = harness;
    const server = desiredServer(harness, selfShutdown.properties);
    const heard: string[] = [];
    provider.onMachineChange((ref) => heard.push(ref.incarnation));
    const { launchedAtMs } = await reach(harness, server);
    heard.length = 0;
    selfShutdown.trigger(refOf(server));
    const off = await settles(harness, server, "stopped", "failed");
    assert.deepEqual([off.power, off.fault], ["stopped", undefined]);
    assert.ok(heard.includes(server.incarnation), "no event");
    await reach(harness, { ...server, power: "stopped" });
    const on = await reach(harness, server);
    assert.deepEqual([on.fault, on.launchedAtMs], [undefined, launchedAtMs]);
  });
}

/** The output once it no longer grows between two looks. */
async function quiet(output: () => Promise<string>, pause: () => Promise<void>): Promise<string> {
  for (let before = await output(); ; ) {
    await pause();
    const now = await output();
    if (now === before) return now;
    before = now;
  }
}
