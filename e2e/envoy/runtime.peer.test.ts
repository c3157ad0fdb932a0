import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import { RuntimeSchema } from "@signalbox/envoy-api/envoy/service/runtime/v3/rtds_pb.js";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { startScene } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { hurriedClock } from "./support/hurried-clock.ts";
import { ManagementServer } from "./support/management-server.ts";
import { configurationAt } from "./support/scenario.ts";
import { variants } from "./support/variant.ts";

const KEY = "health_check.min_interval";
/** A server that is held up for so long lets the layer end. */
const TTL_MS = 4_000;

describe("runtime layers over RTDS", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: values of two layers arrive and follow changes`, async (t) => {
      const scene = await startScene(t, variant);
      const server = await ManagementServer.start(t);
      const rest = configurationAt(0, scene);
      const layer = (name: string, value: number) =>
        resource(create(RuntimeSchema, { name, layer: { [KEY]: value } }));
      server.set([...rest, layer("base", 10), layer("override", 20)]);
      const envoy = await EnvoyProcess.start(
        t,
        dynamicBootstrap({
          nodeId: "edge-1",
          variant,
          xdsPort: server.port,
          runtimeLayers: ["base", "override"],
        }),
      );
      await envoy.admin.whenLive();
      assert.deepEqual(await envoy.admin.runtime(KEY), ["10", "20"]);

      server.set([...rest, layer("base", 10), layer("override", 21)]);
      await eventually("the new value", PATIENCE_MS, async () =>
        (await envoy.admin.runtime(KEY))[1] === "21" ? true : undefined,
      );
      assert.deepEqual(await envoy.admin.runtime(KEY), ["10", "21"]);
      await whenCaughtUp(envoy.admin, rest);
      assert.deepEqual(server.refusals, []);
    });
  }

  for (const variant of ["ads sotw", "ads delta"] as const) {
    test(`${variant}: a layer with a time to live stays while it is repeated`, async (t) => {
      const server = await ManagementServer.start(t, { clock: hurriedClock(10) });
      const layer = resource(create(RuntimeSchema, { name: "base", layer: { [KEY]: 10 } }));
      server.set([{ ...layer, ttlMs: TTL_MS }]);
      const { admin } = await EnvoyProcess.start(
        t,
        dynamicBootstrap({
          nodeId: "edge-1",
          variant,
          xdsPort: server.port,
          runtimeLayers: ["base"],
          // Envoy minds times to live in state-of-the-world answers, and does not say so.
          clientFeatures: ["xds.config.resource-in-sotw"],
        }),
      );
      await admin.whenLive();
      const sent = (): number => server.answers.flat().filter((name) => name === "base").length;
      // Thirty fill the time to live. By heartbeats alone only an incremental Envoy keeps it.
      const repeated = variant === "ads delta" ? () => server.heartbeats.length : sent;
      await eventually("repetitions", PATIENCE_MS, async () =>
        repeated() >= 40 ? true : undefined,
      );
      assert.deepEqual(await admin.runtime(KEY), ["10"]);
      if (variant === "ads delta") assert.equal(sent(), 1);
      assert.deepEqual(server.refusals, []);
      await server.stop();
      await eventually("its end", PATIENCE_MS, async () =>
        (await admin.runtime(KEY))[0] === "10" ? undefined : true,
      );
    });
  }
});
