import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import { RuntimeSchema } from "@signalbox/envoy-api/envoy/service/runtime/v3/rtds_pb.js";
import { eventually } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { startScene } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { ManagementServer } from "./support/management-server.ts";
import { configurationAt } from "./support/scenario.ts";
import { variants } from "./support/variant.ts";

const KEY = "health_check.min_interval";

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
      await eventually("the new value", 10_000, async () =>
        (await envoy.admin.runtime(KEY))[1] === "21" ? true : undefined,
      );
      assert.deepEqual(await envoy.admin.runtime(KEY), ["10", "21"]);
      await whenCaughtUp(envoy.admin, rest);
      assert.deepEqual(server.refusals, []);
    });
  }
});
