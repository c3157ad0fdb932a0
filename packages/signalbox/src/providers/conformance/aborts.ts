import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { CallOptions, Provider } from "../provider.ts";
import { desiredServer, NETWORK } from "./desired.ts";
import type { Conform, ProviderHarness } from "./harness.ts";
import { whilePausing } from "./images.ts";
import { CALM, idsOf, reach, refOf } from "./steps.ts";

type Call = (provider: Provider, options: CallOptions) => Promise<unknown>;

/** Every call can be given up. */
export function describeAborts(conform: Conform): void {
  conform("does nothing when the caller has given up already", async (harness) => {
    const server = desiredServer(harness, { power: "stopped" });
    await reach(harness, server);
    const before = await idsOf(harness);
    const reason = new Error("given up");
    const signal = AbortSignal.abort(reason);
    for (const [name, call] of Object.entries(callsOf(harness, server))) {
      await assert.rejects(
        call(harness.provider, { signal }),
        (error: unknown) => error === reason,
        name,
      );
    }
    assert.deepEqual(await idsOf(harness), before);
    assert.equal((await harness.provider.observeServer(refOf(server), CALM)).power, "stopped");
  });

  conform("gives an import up half way, and finishes it when asked again", async (harness) => {
    const imageId = randomUUID();
    const giving = new AbortController();
    const reason = new Error("given up");
    const request = { imageId, ...harness.importable, onProgress: () => {} };
    const given = harness.provider.importImage(request, { signal: giving.signal });
    giving.abort(reason);
    await assert.rejects(whilePausing(harness, given), (error: unknown) => error === reason);
    await whilePausing(harness, harness.provider.importImage(request, CALM));
  });

  conform(
    "leaves no trace of a machine whose making was given up, once removed",
    async (harness) => {
      const server = desiredServer(harness);
      const giving = new AbortController();
      const making = harness.provider.ensureServer(server, { signal: giving.signal });
      giving.abort(new Error("given up"));
      await Promise.allSettled([making]);
      await harness.provider.removeServer(refOf(server), CALM);
      assert.deepEqual(await idsOf(harness), []);
    },
  );
}

/** One call of every method that takes a signal. */
function callsOf(
  harness: ProviderHarness,
  server: ReturnType<typeof desiredServer>,
): Readonly<Record<string, Call>> {
  const ref = refOf(server);
  const onProgress = (): void => {};
  const newcomer = desiredServer(harness);
  const group = { id: randomUUID(), networkId: NETWORK.id, rules: [] };
  return {
    ensureNetwork: (p, o) => p.ensureNetwork(NETWORK, o),
    removeNetwork: (p, o) => p.removeNetwork(NETWORK.id, o),
    ensureSecurityGroup: (p, o) => p.ensureSecurityGroup(group, o),
    removeSecurityGroup: (p, o) => p.removeSecurityGroup(group.id, o),
    listServers: (p, o) => p.listServers(o),
    ensureServer: (p, o) => p.ensureServer(newcomer, o),
    startServer: (p, o) => p.ensureServer({ ...server, power: "running" }, o),
    observeServer: (p, o) => p.observeServer(ref, o),
    removeServer: (p, o) => p.removeServer(ref, o),
    rebootServer: (p, o) => p.rebootServer(ref, "hard", o),
    rebuildServer: (p, o) => p.rebuildServer({ ...server, image: harness.images[1] }, o),
    consoleOutput: (p, o) => p.consoleOutput(ref, undefined, o),
    openConsole: (p, o) => p.openConsole(ref, o),
    importImage: (p, o) =>
      p.importImage({ imageId: randomUUID(), ...harness.importable, onProgress }, o),
    snapshotServer: (p, o) => p.snapshotServer(ref, randomUUID(), { ...o, onProgress }),
    removeImage: (p, o) => p.removeImage(randomUUID(), o),
  };
}
