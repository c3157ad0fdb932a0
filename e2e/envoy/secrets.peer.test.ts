import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { connect } from "node:tls";
import { type EncodedResource, resource, typeUrls } from "@signalbox/envoy-api";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { type Certificate, createCertificate } from "./support/certificates.ts";
import { startScene } from "./support/edge.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { routesTo, staticCluster, staticListener } from "./support/http-resources.ts";
import { ManagementServer } from "./support/management-server.ts";
import type { Scene } from "./support/scenario.ts";
import { certificateSecret, withSecret } from "./support/tls-resources.ts";
import { variants } from "./support/variant.ts";

/** By default the server says nothing of a secret that is not there, so that Envoy waits for it. */
const tellsOfAbsence = { types: { [typeUrls.secret]: { reportsAbsence: true } } };

describe("certificates over SDS", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: a listener warms until its secret comes, and follows its rotation`, async (t) => {
      const scene = await startScene(t, variant);
      const [first, second] = [createCertificate("first"), createCertificate("second")];
      const server = await ManagementServer.start(t);
      server.set([resource(staticCluster("backend", scene.upstreams))]);
      const envoy = await EnvoyProcess.start(
        t,
        dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort: server.port }),
      );
      await envoy.admin.whenLive();

      const warming = "listener_manager.total_listeners_warming";
      server.set(tlsConfiguration(scene));
      // A REST answer without the secret ends the waiting.
      if (variant !== "rest") {
        await envoy.admin.whenStat(warming, (of) => of === 1);
        await assert.rejects(commonNameAt(scene.listenerPort), /ECONNREFUSED/);
      }

      server.set(tlsConfiguration(scene, first));
      await whenServed(scene.listenerPort, "first");
      assert.equal(await envoy.admin.stat(warming), 0);

      server.set(tlsConfiguration(scene, second));
      await whenServed(scene.listenerPort, "second");
      assert.equal(await envoy.admin.stat("listener_manager.listener_modified"), 0);
      assert.match(
        JSON.stringify(await envoy.admin.dumpOf("SecretsConfigDump")),
        /"name":"edge-cert"/,
      );
      assert.deepEqual(server.refusals, []);
    });
  }

  test("told that its secret is absent, Envoy opens the listener without it", async (t) => {
    const scene = await startScene(t, "ads delta");
    const server = await ManagementServer.start(t, tellsOfAbsence);
    server.set(tlsConfiguration(scene));
    const envoy = await EnvoyProcess.start(
      t,
      dynamicBootstrap({ nodeId: "edge-1", variant: "ads delta", xdsPort: server.port }),
    );
    await envoy.admin.whenLive();
    await assert.rejects(commonNameAt(scene.listenerPort), /disconnected|ECONNRESET/);

    server.set(tlsConfiguration(scene, createCertificate("late")));
    await whenServed(scene.listenerPort, "late");
  });
});

function tlsConfiguration(scene: Scene, certificate?: Certificate): readonly EncodedResource[] {
  const listener = staticListener("edge", scene.listenerPort, routesTo("routes", "backend"));
  const secret = certificate && certificateSecret("edge-cert", certificate);
  return [
    resource(withSecret(listener, "edge-cert", scene.variant)),
    resource(staticCluster("backend", scene.upstreams)),
    ...(secret === undefined ? [] : [resource(secret)]),
  ];
}

/** Waits until the certificate of this common name is served. */
async function whenServed(port: number, commonName: string): Promise<void> {
  await eventually(`the certificate ${commonName}`, PATIENCE_MS, async () =>
    (await commonNameAt(port).catch(() => "")) === commonName ? true : undefined,
  );
}

async function commonNameAt(port: number): Promise<string | undefined> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    const { CN } = socket.getPeerCertificate().subject;
    return Array.isArray(CN) ? CN[0] : CN;
  } finally {
    socket.destroy();
  }
}
