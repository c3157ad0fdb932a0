import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type EncodedResource, typeUrls } from "@signalbox/envoy-api";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { appliedResources, shownTypes } from "./support/applied-resources.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { type Edge, startEdge } from "./support/edge.ts";
import type { EnvoyAdmin } from "./support/envoy-admin.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { ManagementServer } from "./support/management-server.ts";
import { Requester } from "./support/requester.ts";
import { configurationAt, stepsBetween } from "./support/scenario.ts";
import { isAggregated, variants } from "./support/variant.ts";

const CHANGES = 200;
const FEW_CHANGES = 20;
/** Types for which Envoy shows the version of the last answer. */
const VERSIONED_KINDS = [
  ["ClustersConfigDump", typeUrls.cluster],
  ["ListenersConfigDump", typeUrls.listener],
] as const;

describe("200 changes under traffic", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: each in one go`, async (t) => {
      const edge = await startEdge(t, variant);
      const requester = Requester.start(t, edge.scene.listenerPort);
      await whenAnswered(requester, "one");
      for (let step = 1; step <= CHANGES; step++) {
        const next = configurationAt(step, edge.scene);
        edge.server.set(next);
        // Every third comes before the one before it has arrived.
        if (step % 3 !== 0) await whenCaughtUp(edge.envoy.admin, next);
        if (step === 1) await whenAnswered(requester, "two");
      }
      await assertSettled(edge, configurationAt(CHANGES, edge.scene));
      await requester.stop();
      const { sent, failed } = requester;
      t.diagnostic(`${variant}: ${sent} requests, ${failed.length} failed`);
      if (isAggregated(variant)) assert.deepEqual(failed, []);
      assert.deepEqual([...requester.answers.keys()].toSorted(), ["one", "two"]);
    });
  }

  for (const variant of variants.filter((of) => !isAggregated(of))) {
    test(`${variant}: each adds first and removes when Envoy has caught up`, async (t) => {
      const edge = await startEdge(t, variant);
      const requester = Requester.start(t, edge.scene.listenerPort);
      await whenAnswered(requester, "one");
      await changeAll(edge, requester, CHANGES);
      await assertSettled(edge, configurationAt(CHANGES, edge.scene));
      await requester.stop();
      t.diagnostic(`${variant}: ${requester.sent} requests`);
      assert.deepEqual(requester.failed, []);
      assert.deepEqual([...requester.answers.keys()].toSorted(), ["one", "two"]);
    });
  }
});

describe("changes of two caches behind one", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: endpoints from a linear cache, the rest from snapshots`, async (t) => {
      const server = await ManagementServer.start(t, { hasLinearEndpoints: true });
      const edge = await startEdge(t, variant, { server });
      const requester = Requester.start(t, edge.scene.listenerPort);
      await whenAnswered(requester, "one");
      await changeAll(edge, requester, FEW_CHANGES);
      await assertSettled(edge, configurationAt(FEW_CHANGES, edge.scene));
      await requester.stop();
      assert.deepEqual(requester.failed, []);
      assert.deepEqual([...requester.answers.keys()].toSorted(), ["one", "two"]);
    });
  }
});

async function changeAll(edge: Edge, requester: Requester, count: number): Promise<void> {
  for (let step = 1; step <= count; step++) {
    await changeInSteps(edge, step);
    if (step === 1) await whenAnswered(requester, "two");
  }
}

/** Envoy has answered with the text. A few changes may pass between two requests. */
async function whenAnswered(requester: Requester, text: string): Promise<void> {
  await eventually(`an answer of ${text}`, PATIENCE_MS, async () => requester.answers.get(text));
}

/** Adds first and removes when Envoy has caught up. */
async function changeInSteps({ server, envoy, scene }: Edge, step: number): Promise<void> {
  for (const next of stepsBetween(step - 1, step, scene)) {
    server.set(next);
    await whenCaughtUp(envoy.admin, next);
  }
}

/** Envoy has what the cache holds, under its versions; nothing was refused, nothing warms. */
async function assertSettled(
  { server, envoy, scene }: Edge,
  expected: readonly EncodedResource[],
): Promise<void> {
  const { admin } = envoy;
  await whenCaughtUp(admin, expected);
  for (const [kind, typeUrl] of VERSIONED_KINDS) {
    const { version_info: version } = await admin.dumpOf(kind);
    assert.equal(version, server.version(typeUrl), `version of ${kind}`);
  }
  if (scene.variant.endsWith("delta")) await assertResourceVersions(server, admin);
  assert.deepEqual(server.refusals, []);
  const stats = await admin.stats("update_rejected|warming_clusters|total_listeners_warming");
  assert.deepEqual(
    [...stats].filter(([, value]) => value !== 0),
    [],
  );
}

/** An incremental Envoy shows the version of each resource. */
async function assertResourceVersions(server: ManagementServer, admin: EnvoyAdmin): Promise<void> {
  // A listener that Envoy changed in place is shown with the version that it had before.
  for (const typeUrl of shownTypes.filter((of) => of !== typeUrls.listener)) {
    for (const { name, versionInfo } of await appliedResources(admin, typeUrl)) {
      assert.equal(versionInfo, server.resourceVersion(typeUrl, name), `version of ${name}`);
    }
  }
}
