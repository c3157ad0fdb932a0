import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { describe, test, type TestContext } from "node:test";
import { type EncodedResource, resource } from "@signalbox/envoy-api";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { freePort, loadAssignment } from "./support/addresses.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { whenCaughtUp } from "./support/caught-up.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { edsCluster } from "./support/http-resources.ts";
import { ManagementServer } from "./support/management-server.ts";
import { tcpListener } from "./support/tcp-resources.ts";
import { variants } from "./support/variant.ts";

describe("TCP listeners", withEnvoy, () => {
  for (const variant of variants) {
    test(`${variant}: connections follow the endpoints and the cluster of their listener`, async (t) => {
      const [one, two] = [await startUpstream(t, "one"), await startUpstream(t, "two")];
      const listenerPort = await freePort();
      const server = await ManagementServer.start(t);
      const serve = (cluster: string, port: number): readonly EncodedResource[] => {
        const resources = [
          resource(tcpListener("tcp", listenerPort, cluster)),
          resource(edsCluster(cluster, variant)),
          resource(loadAssignment(cluster, [port])),
        ];
        server.set(resources);
        return resources;
      };
      serve("first", one);
      const xdsPort = server.port;
      const bootstrap = dynamicBootstrap({ nodeId: "edge-1", variant, xdsPort });
      const { admin } = await EnvoyProcess.start(t, bootstrap);
      await admin.whenLive();
      assert.equal(await nameAt(listenerPort), "one");

      serve("first", two);
      await whenNamed(listenerPort, "two");
      await whenCaughtUp(admin, serve("second", one));
      await whenNamed(listenerPort, "one");

      server.set([]);
      await whenCaughtUp(admin, []);
      await whenRefused(listenerPort);
      assert.deepEqual(server.refusals, []);
    });
  }
});

/** Says its name to whoever connects, until the test ends. */
async function startUpstream(t: TestContext, name: string): Promise<number> {
  const server = createServer((socket) => void socket.end(name)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function nameAt(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "connect");
  return await text(socket);
}

/** Envoy shows a listener no more before each of its workers has stopped to listen. */
async function whenRefused(port: number): Promise<void> {
  await eventually("nobody to listen", PATIENCE_MS, () =>
    nameAt(port).then(
      () => undefined,
      (error: unknown) => (String(error).includes("ECONNREFUSED") ? true : undefined),
    ),
  );
}

async function whenNamed(port: number, name: string): Promise<void> {
  await eventually(
    `a connection to ${name}`,
    PATIENCE_MS,
    async () => ((await nameAt(port).catch(() => "")) === name ? true : undefined),
    20,
  );
}
