import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { typeUrls } from "@signalbox/envoy-api";
import { loadRegistry } from "@signalbox/envoy-api/json";
import { eventually } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { startScene } from "./support/edge.ts";
import type { EnvoyAdmin } from "./support/envoy-admin.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { ManagementProcess } from "./support/management-process.ts";
import { Requester } from "./support/requester.ts";
import { configurationAt, type Scene } from "./support/scenario.ts";
import { variants, type Variant } from "./support/variant.ts";

const registry = await loadRegistry();

interface KilledEdge {
  readonly admin: EnvoyAdmin;
  readonly requester: Requester;
  readonly scene: Scene;
  readonly port: number;
}

/** An Envoy that is configured and has traffic, and whose management server was just killed. */
async function startKilled(t: TestContext, variant: Variant): Promise<KilledEdge> {
  const scene = await startScene(t, variant);
  const first = configurationAt(0, scene);
  const server = await ManagementProcess.start(t, 0, first);
  const { port } = server;
  const envoy = await EnvoyProcess.start(
    t,
    dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort: port }),
  );
  await envoy.admin.whenLive();
  await whenCaughtUp(envoy.admin, registry, first);
  const requester = Requester.start(t, scene.listenerPort);
  await server.kill();
  if (variant === "rest") {
    await envoy.admin.whenStat("cluster_manager.cds.update_failure", (value) => value > 0);
  } else {
    await envoy.admin.whenStat("control_plane.connected_state", (value) => value === 0);
  }
  const before = requester.sent;
  await eventually("requests", 10_000, async () => requester.sent > before + 20 || undefined);
  return { admin: envoy.admin, requester, scene, port };
}

describe("a management server that is killed and started again", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: the same content disturbs nothing`, async (t) => {
      const { admin, requester, scene, port } = await startKilled(t, variant);
      const server = await ManagementProcess.start(t, port, configurationAt(0, scene));
      await eventually(
        "every type to be asked for",
        20_000,
        async () => server.asked.size === 4 || undefined,
      );
      // A change still arrives, and an incremental Envoy is told of that alone.
      const next = configurationAt(1, scene);
      server.set(next);
      await whenCaughtUp(admin, registry, next);
      if (variant.endsWith("delta")) {
        const answersOf = (typeUrl: string): readonly string[] =>
          server.answered.filter((of) => of.typeUrl === typeUrl).flatMap((of) => of.resources);
        assert.deepEqual(answersOf(typeUrls.listener), []);
        assert.deepEqual(answersOf(typeUrls.cluster), ["backend-0"]);
        assert.deepEqual(answersOf(typeUrls.routeConfiguration), ["routes"]);
      }
      assert.equal(await admin.stat("listener_manager.listener_added"), 1);
      assert.equal(await admin.stat("listener_manager.listener_modified"), 0);
      await requester.stop();
      assert.deepEqual(requester.failed, []);
    });

    test(`${variant}: changed content arrives, and what is gone goes`, async (t) => {
      const { admin, requester, scene, port } = await startKilled(t, variant);
      const changed = configurationAt(14, scene);
      await ManagementProcess.start(t, port, changed);
      await whenCaughtUp(admin, registry, changed);
      const answers = requester.answers.get("one") ?? 0;
      await eventually("requests", 10_000, async () =>
        (requester.answers.get("one") ?? 0) > answers + 20 ? true : undefined,
      );
      await requester.stop();
      // Only an incremental client tells a new server what it has; another is told at once to drop
      // what its routes still lead to.
      if (variant === "ads delta") assert.deepEqual(requester.failed, []);
      else t.diagnostic(`${variant}: ${requester.failed.length} of ${requester.sent} failed`);
      assert.deepEqual(
        (await admin.stats("update_rejected")).values().filter(Boolean).toArray(),
        [],
      );
    });
  }
});
