import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ProviderCapabilities } from "../provider.ts";
import { desiredServer } from "./desired.ts";
import type { Conform } from "./harness.ts";
import { whilePausing } from "./images.ts";
import { CALM, idsOf, reach, refOf, rejectsWith, settles } from "./steps.ts";

/** What a restart of the daemon finds again. */
export function describeAdoption(conform: Conform, capabilities: ProviderCapabilities): void {
  conform("finds its machines again, as they were, and goes on with them", async (harness) => {
    const on = desiredServer(harness);
    const off = desiredServer(harness, { power: "stopped" });
    const { launchedAtMs } = await reach(harness, on);
    await reach(harness, off);
    const before = await idsOf(harness);
    const printed = capabilities.consoleOutput
      ? await harness.provider.consoleOutput(refOf(on), undefined, CALM)
      : "";

    await harness.reopen();

    assert.deepEqual(await idsOf(harness), before);
    const adopted = await harness.provider.observeServer(refOf(on), CALM);
    assert.equal(adopted.power, "running");
    assert.equal(adopted.launchedAtMs, launchedAtMs);
    assert.equal(adopted.imageId, on.image.id);
    assert.equal((await harness.provider.observeServer(refOf(off), CALM)).power, "stopped");
    if (capabilities.consoleOutput) {
      const now = await harness.provider.consoleOutput(refOf(on), undefined, CALM);
      assert.ok(now.startsWith(printed), "the console output was lost");
    }
    await reach(harness, { ...on, power: "stopped" });
    await reach(harness, { ...off, power: "running" });
    assert.deepEqual(await idsOf(harness), before);
  });

  conform("goes on with a machine that was still being made", async (harness) => {
    const server = desiredServer(harness);
    await harness.provider.ensureServer(server, CALM);
    await harness.reopen();
    await reach(harness, server);
    assert.equal((await idsOf(harness)).length, 1);
  });

  conform("does not find what was removed", async (harness) => {
    const server = desiredServer(harness, { power: "stopped" });
    await reach(harness, server);
    await harness.provider.removeServer(refOf(server), CALM);
    await harness.reopen();
    assert.deepEqual(await idsOf(harness), []);
    await rejectsWith(harness.provider.observeServer(refOf(server), CALM), "not_found");
  });

  conform("sees a machine that died after it was found again", async (harness) => {
    const server = desiredServer(harness);
    await reach(harness, server);
    await harness.reopen();
    await harness.kill(refOf(server));
    const dead = await settles(harness, server, "stopped", "failed");
    assert.equal(dead.fault?.reason, "exited");
  });

  conform("finds its images again", async (harness) => {
    const imageId = randomUUID();
    const request = { imageId, ...harness.importable, onProgress: () => {} };
    const stored = await whilePausing(harness, harness.provider.importImage(request, CALM));
    await harness.reopen();
    const image = { id: imageId, ...stored };
    await reach(harness, desiredServer(harness, { image, power: "stopped" }));
  });

  conform("refuses calls once it is closed, and leaves the machines be", async (harness) => {
    const server = desiredServer(harness);
    await reach(harness, server);
    const closed = harness.provider;
    await harness.reopen();
    await rejectsWith(closed.listServers(CALM), "provider_unavailable");
    assert.equal(closed.health().usable, false);
    await closed.close();
    await settles(harness, server, "running");
  });
}
