import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type EncodedResource, packAny, resource } from "@signalbox/envoy-api";
import { TypedExtensionConfigSchema } from "@signalbox/envoy-api/envoy/config/core/v3/extension_pb.js";
import { HeaderMutationSchema } from "@signalbox/envoy-api/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb.js";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { startScene } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { httpListener, routesTo, staticCluster } from "./support/http-resources.ts";
import { ManagementServer } from "./support/management-server.ts";
import { request } from "./support/requester.ts";
import type { Scene } from "./support/scenario.ts";
import { configSource, variants } from "./support/variant.ts";

const FILTER = "mark";

describe("filter configurations over ECDS", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: a filter follows its configuration, its listener stays`, async (t) => {
      const scene = await startScene(t, variant);
      const server = await ManagementServer.start(t);
      server.set(configurationMarking("first", scene));
      const bootstrap = dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort: server.port });
      const envoy = await EnvoyProcess.start(t, bootstrap);
      await envoy.admin.whenLive();
      const mark = async () => (await request(scene.listenerPort)).headers["x-mark"];
      assert.equal(await mark(), "first");

      server.set(configurationMarking("second", scene));
      await eventually(
        "the new mark",
        PATIENCE_MS,
        async () => (await mark()) === "second" || undefined,
      );
      assert.equal(await envoy.admin.stat("listener_manager.listener_modified"), 0);
      assert.deepEqual(server.refusals, []);
    });
  }
});

/** Marks each answer by a filter whose configuration comes over ECDS. */
function configurationMarking(value: string, scene: Scene): readonly EncodedResource[] {
  const mutation = create(HeaderMutationSchema, {
    mutations: {
      responseMutations: [
        { action: { case: "append", value: { header: { key: "x-mark", value } } } },
      ],
    },
  });
  const typedConfig = packAny(HeaderMutationSchema, mutation);
  const listener = httpListener("edge", scene.listenerPort, {
    routeSpecifier: { case: "routeConfig", value: routesTo("routes", "backend") },
    filters: [
      {
        name: FILTER,
        configType: {
          case: "configDiscovery",
          value: { configSource: configSource(scene.variant), typeUrls: [typedConfig.typeUrl] },
        },
      },
    ],
  });
  return [
    resource(listener),
    resource(staticCluster("backend", scene.upstreams)),
    resource(create(TypedExtensionConfigSchema, { name: FILTER, typedConfig })),
  ];
}
