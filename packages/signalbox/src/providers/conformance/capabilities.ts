import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { DesiredServer, ProviderCapabilities } from "../provider.ts";
import { desiredServer } from "./desired.ts";
import type { Conform, ProviderHarness } from "./harness.ts";
import { CALM, reach, refOf, rejectsWith } from "./steps.ts";

/** What a flag denies is refused or said, never taken without a word. */
export function describeCapabilities(conform: Conform, capabilities: ProviderCapabilities): void {
  conform("says what it can do", async ({ provider }) => {
    assert.deepEqual(provider.capabilities, capabilities);
    assert.equal(provider.health().usable, true);
    assert.notEqual(provider.health().message, "");
  });

  const lacks = (
    able: boolean,
    title: string,
    body: (h: ProviderHarness) => Promise<void>,
  ): void => {
    if (!able) conform(`refuses ${title}, which it cannot do`, body);
  };
  lacks(capabilities.pinning, "pinning to a host", (harness) =>
    refusesServer(harness, { infrastructureRef: "host-1" }),
  );
  lacks(capabilities.publicAddresses, "a public address", (harness) =>
    refusesServer(harness, { publicIP: "127.1.2.3" }),
  );
  lacks(capabilities.architectures.length > 1, "a foreign architecture", (harness) =>
    refusesServer(harness, {
      flavor: { ...harness.flavor, architecture: foreignTo(capabilities) },
    }),
  );
  lacks(capabilities.console, "a console", async (harness) => {
    const server = await running(harness);
    await rejectsWith(harness.provider.openConsole(refOf(server), CALM), "provider_unsupported");
  });
  lacks(capabilities.consoleOutput, "console output", async (harness) => {
    const server = await running(harness);
    const output = harness.provider.consoleOutput(refOf(server), undefined, CALM);
    await rejectsWith(output, "provider_unsupported");
  });
  lacks(capabilities.snapshots, "a snapshot", async (harness) => {
    const server = await running(harness);
    const options = { ...CALM, onProgress: () => {} };
    const taken = harness.provider.snapshotServer(refOf(server), randomUUID(), options);
    await rejectsWith(taken, "provider_unsupported");
  });
  lacks(capabilities.rebuild, "a rebuild", async (harness) => {
    const server = await running(harness);
    const rebuilt = harness.provider.rebuildServer({ ...server, image: harness.images[1] }, CALM);
    await rejectsWith(rebuilt, "provider_unsupported");
  });
  for (const format of ["qcow2", "raw"] as const) {
    lacks(capabilities.imageFormats.includes(format), `images in ${format}`, async (harness) => {
      const request = {
        ...harness.importable,
        format,
        imageId: randomUUID(),
        onProgress: () => {},
      };
      await rejectsWith(harness.provider.importImage(request, CALM), "provider_unsupported");
    });
  }

  const limits = (able: boolean, title: string, changes: Partial<DesiredServer>): void => {
    if (!able) conform(`says that ${title} are not carried out`, (h) => saysLimited(h, changes));
  };
  limits(capabilities.ingressRules, "ingress rules", {
    rules: [{ direction: "ingress", protocol: "tcp", port: 22 }],
  });
  limits(capabilities.egressRules, "egress rules", {
    rules: [{ direction: "egress", protocol: "tcp", port: 443 }],
  });
  limits(capabilities.allowedSourceAddresses, "additional source addresses", {
    allowedSourceAddresses: ["10.88.0.0/16"],
  });
}

async function running(harness: ProviderHarness): Promise<DesiredServer> {
  const server = desiredServer(harness);
  await reach(harness, server);
  return server;
}

async function refusesServer(
  harness: ProviderHarness,
  changes: Partial<DesiredServer>,
): Promise<void> {
  const server = desiredServer(harness, changes);
  await rejectsWith(harness.provider.ensureServer(server, CALM), "provider_unsupported");
  assert.deepEqual(await harness.provider.listServers(CALM), []);
}

async function saysLimited(
  harness: ProviderHarness,
  changes: Partial<DesiredServer>,
): Promise<void> {
  const plain = desiredServer(harness, { power: "stopped" });
  assert.deepEqual((await reach(harness, plain)).notices, []);
  const asking = desiredServer(harness, { ...plain, ...changes });
  const { notices } = await reach(harness, asking);
  assert.deepEqual(
    notices.map(({ kind, reason }) => ({ kind, reason })),
    [{ kind: "limited", reason: "Unsupported" }],
  );
  const observed = await harness.provider.observeServer(refOf(asking), CALM);
  assert.deepEqual(observed.notices, notices);
}

function foreignTo(capabilities: ProviderCapabilities): "x86_64" | "aarch64" {
  return capabilities.architectures.includes("x86_64") ? "aarch64" : "x86_64";
}
