import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { packAny, resource } from "@signalbox/envoy-api";
import { RouteConfigurationSchema } from "@signalbox/envoy-api/envoy/config/route/v3/route_pb.js";
import { OnDemandSchema } from "@signalbox/envoy-api/envoy/extensions/filters/http/on_demand/v3/on_demand_pb.js";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { startScene } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { httpListener, routesTo, staticCluster } from "./support/http-resources.ts";
import { ManagementServer, type ServedResource } from "./support/management-server.ts";
import { request } from "./support/requester.ts";
import type { Scene } from "./support/scenario.ts";
import { configSource, type Variant } from "./support/variant.ts";

/** Virtual hosts exist in the incremental protocol alone. */
const deltaVariants: readonly Variant[] = ["ads delta", "separate delta"];

describe("virtual hosts over VHDS", withEnvoy, () => {
  for (const variant of deltaVariants) {
    test(`${variant}: those that are there come at once, further ones follow`, async (t) => {
      const scene = await startScene(t, variant);
      const server = await ManagementServer.start(t);
      server.set(configurationOf(["one.example"], scene));
      const ask = await startAsking(t, server, scene);
      assert.equal(await ask("one.example"), "200 one");
      server.set(configurationOf(["one.example", "two.example"], scene));
      await eventually("a second host", PATIENCE_MS, async () =>
        (await ask("two.example")) === "200 two" ? true : undefined,
      );
      server.set(configurationOf(["two.example"], scene));
      await eventually("the end of a host", PATIENCE_MS, async () =>
        (await ask("one.example")).startsWith("404") ? true : undefined,
      );
      assert.deepEqual(server.refusals, []);
    });

    test(`${variant}: a host is asked for when the first request names it`, async (t) => {
      const scene = await startScene(t, variant);
      const server = await ManagementServer.start(t, { wildcardResolver: onDemandHosts });
      // An answer without hosts does not end Envoy's wait for the first one.
      const soon = create(DurationSchema, { nanos: 500_000_000 });
      server.set(configurationOf(["one.example", "two.example"], scene, soon));
      const ask = await startAsking(t, server, scene);
      const hostsSent = () => server.answers.flat().filter((name) => name.endsWith(".example"));
      assert.deepEqual(hostsSent(), []);
      assert.equal(await ask("two.example"), "200 two");
      assert.deepEqual(hostsSent(), ["routes/two.example"]);
      // What does not exist is answered as well: the request does not wait for a timeout.
      assert.match(await ask("none.example"), /^404/);
      assert.deepEqual(server.refusals, []);
    });
  }
});

/** Nobody is sent hosts that nobody asked for. */
function onDemandHosts(_node: unknown, typeUrl: string): false | undefined {
  return typeUrl.endsWith(".VirtualHost") ? false : undefined;
}

async function startAsking(
  t: Parameters<typeof EnvoyProcess.start>[0],
  server: ManagementServer,
  { variant, listenerPort }: Scene,
): Promise<(host: string) => Promise<string>> {
  const bootstrap = dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort: server.port });
  const envoy = await EnvoyProcess.start(t, bootstrap);
  await envoy.admin.whenLive();
  return async (host) => {
    const { status, body } = await request(listenerPort, { headers: { host } });
    return `${status} ${body}`;
  };
}

/**
 * Each host leads to the cluster of its first label.
 *
 * @param initialFetchTimeout how long Envoy waits for a first host; without end by default
 */
function configurationOf(
  hosts: readonly string[],
  scene: Scene,
  initialFetchTimeout = create(DurationSchema),
): readonly ServedResource[] {
  const source = configSource(scene.variant);
  const listener = httpListener("edge", scene.listenerPort, {
    routeSpecifier: { case: "rds", value: { routeConfigName: "routes", configSource: source } },
    filters: [
      {
        name: "envoy.filters.http.on_demand",
        configType: {
          case: "typedConfig",
          value: packAny(OnDemandSchema, create(OnDemandSchema)),
        },
      },
    ],
  });
  const [one, two] = scene.upstreams;
  return [
    resource(listener),
    resource(
      create(RouteConfigurationSchema, {
        name: "routes",
        vhds: { configSource: { ...source, initialFetchTimeout } },
      }),
    ),
    resource(staticCluster("one", [one])),
    resource(staticCluster("two", [two])),
    ...hosts.map((host) => hostResource(host)),
  ];
}

function hostResource(host: string): ServedResource {
  const [cluster = ""] = host.split(".");
  const [virtualHost] = routesTo("", cluster).virtualHosts;
  assert.ok(virtualHost);
  return resource({ ...virtualHost, name: `routes/${host}`, domains: [host] });
}
