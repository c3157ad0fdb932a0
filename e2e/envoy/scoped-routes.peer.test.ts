import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type EncodedResource, resource } from "@signalbox/envoy-api";
import { ScopedRouteConfigurationSchema } from "@signalbox/envoy-api/envoy/config/route/v3/scoped_route_pb.js";
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

describe("routes by scope over SRDS and RDS", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: scopes lead to their routes, come and go`, async (t) => {
      const scene = await startScene(t, variant);
      const server = await ManagementServer.start(t);
      server.set(configurationOf(["one"], scene));
      const bootstrap = dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort: server.port });
      const envoy = await EnvoyProcess.start(t, bootstrap);
      await envoy.admin.whenLive();
      const ask = async (scope: string) =>
        (await request(scene.listenerPort, { headers: { "x-scope": scope } })).body;
      assert.deepEqual([await ask("one"), await ask("two")], ["one", ""]);

      // Envoy takes each state-of-the-world answer for all scopes that there are.
      server.set(configurationOf(["one", "two"], scene));
      await eventually("another scope", PATIENCE_MS, async () =>
        (await ask("two")) === "two" ? true : undefined,
      );
      assert.equal(await ask("one"), "one");

      server.set(configurationOf(["two"], scene));
      await eventually("the end of a scope", PATIENCE_MS, async () =>
        (await ask("one")) === "" ? true : undefined,
      );
      assert.equal(await ask("two"), "two");
      assert.deepEqual(server.refusals, []);
    });
  }
});

/** A cluster and a scope of its own for each upstream; requests name the scope in a header. */
function configurationOf(
  scopes: readonly ("one" | "two")[],
  scene: Scene,
): readonly EncodedResource[] {
  const source = configSource(scene.variant);
  const listener = httpListener("edge", scene.listenerPort, {
    routeSpecifier: {
      case: "scopedRoutes",
      value: {
        name: "scopes",
        scopeKeyBuilder: {
          fragments: [
            {
              type: {
                case: "headerValueExtractor",
                value: { name: "x-scope", extractType: { case: "index", value: 0 } },
              },
            },
          ],
        },
        rdsConfigSource: source,
        configSpecifier: { case: "scopedRds", value: { scopedRdsConfigSource: source } },
      },
    },
  });
  const [one, two] = scene.upstreams;
  return [
    resource(listener),
    resource(staticCluster("one", [one])),
    resource(staticCluster("two", [two])),
    ...scopes.map((scope) => resource(routesTo(`routes-${scope}`, scope))),
    ...scopes.map((scope) =>
      resource(
        create(ScopedRouteConfigurationSchema, {
          name: `scope-${scope}`,
          routeConfigurationName: `routes-${scope}`,
          key: { fragments: [{ type: { case: "stringKey", value: scope } }] },
        }),
      ),
    ),
  ];
}
