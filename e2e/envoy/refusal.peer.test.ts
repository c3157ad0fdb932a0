import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { resource, typeUrls } from "@signalbox/envoy-api";
import {
  Cluster_DiscoveryType,
  ClusterSchema,
} from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { startEdge } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import type { ManagementServer } from "./support/management-server.ts";
import { Requester } from "./support/requester.ts";
import { configurationAt } from "./support/scenario.ts";
import { streamVariants } from "./support/variant.ts";

/** A cluster of discovery type EDS that does not say where its endpoints come from. */
const broken = resource(
  create(ClusterSchema, {
    name: "broken",
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.EDS },
  }),
);

describe("a configuration that Envoy refuses", withEnvoy, () => {
  for (const variant of streamVariants) {
    test(`${variant}: it is told once, harms nobody, and is mended by the next`, async (t) => {
      const { server, envoy, scene } = await startEdge(t, variant);
      const requester = Requester.start(t, scene.listenerPort);

      server.set([...configurationAt(1, scene), broken]);
      const refusal = await eventually("a refusal", PATIENCE_MS, async () => server.refusals.at(0));
      assert.equal(refusal.typeUrl, typeUrls.cluster);
      assert.match(refusal.error.message, /broken/);
      assert.ok(refusal.resources.includes("broken"));
      assert.deepEqual(await whenSaid(server), {
        "Cluster backend-0": "ERROR",
        "Cluster broken": "ERROR",
        "ClusterLoadAssignment backend-0": "SYNCED",
        "Listener edge": "SYNCED",
        "RouteConfiguration routes": "SYNCED",
      });

      // Quiet: what was refused is not sent again. Meanwhile the good part is served.
      const answers = server.answers.length;
      const before = requester.sent;
      await eventually(
        "requests",
        PATIENCE_MS,
        async () => requester.sent > before + 50 || undefined,
      );
      const again = server.answers.slice(answers).filter((names) => names.includes("broken"));
      assert.deepEqual(again, []);

      const mended = configurationAt(2, scene);
      server.set(mended);
      await whenCaughtUp(envoy.admin, mended);
      assert.equal(server.refusals.length, 1);
      assert.deepEqual(await whenSaid(server), {
        "Cluster backend-0": "SYNCED",
        "ClusterLoadAssignment backend-0": "SYNCED",
        "Listener edge": "SYNCED",
        "RouteConfiguration routes": "SYNCED",
      });
      assert.equal(await envoy.admin.stat("cluster_manager.cds.update_rejected"), 1);
      await requester.stop();
      assert.deepEqual(requester.failed, []);
    });
  }
});

/** The client status of each resource, when Envoy has said a word on all that it was sent. */
async function whenSaid(server: ManagementServer): Promise<Readonly<Record<string, string>>> {
  return await eventually("Envoy's word", PATIENCE_MS, async () => {
    const states = (await server.clientStatus()).map(
      ({ type_url: typeUrl, name, config_status: state }) =>
        [`${typeUrl.split(".").at(-1)} ${name}`, state] as const,
    );
    const isWaiting = states.some(([, state]) => state === "STALE" || state === "NOT_SENT");
    return isWaiting ? undefined : Object.fromEntries(states.toSorted());
  });
}
