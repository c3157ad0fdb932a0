import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { typeUrls } from "@signalbox/envoy-api";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { startScene } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { ManagementServer } from "./support/management-server.ts";
import { request } from "./support/requester.ts";
import { configurationAt } from "./support/scenario.ts";
import type { Variant } from "./support/variant.ts";

/** The incremental protocol alone can say that there is no such resource. */
const deltaVariants: readonly Variant[] = ["ads delta", "separate delta"];

describe("a cluster whose endpoints do not exist", withEnvoy, () => {
  for (const variant of deltaVariants) {
    test(`${variant}: Envoy is told so, starts without them, and takes them when they come`, async (t) => {
      const scene = await startScene(t, variant);
      const whole = configurationAt(0, scene);
      const server = await ManagementServer.start(t);
      server.set(whole.filter(({ typeUrl }) => typeUrl !== typeUrls.clusterLoadAssignment));
      const bootstrap = dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort: server.port });
      const envoy = await EnvoyProcess.start(t, bootstrap);
      // For a resource that nobody speaks of it would wait.
      await envoy.admin.whenLive();
      assert.equal((await request(scene.listenerPort)).status, 503);
      server.set(whole);
      await eventually("an answer", PATIENCE_MS, async () =>
        (await request(scene.listenerPort)).body === "one" ? true : undefined,
      );
    });
  }
});
