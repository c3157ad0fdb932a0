import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { resource } from "@signalbox/envoy-api";
import { anyToJson } from "@signalbox/envoy-api/json";
import { CommandLine } from "../support/command-line.ts";
import { DaemonProcess } from "../support/daemon-process.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "./support/addresses.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { edsCluster, rdsListener, routesTo } from "./support/http-resources.ts";
import { request, Requester } from "./support/requester.ts";
import type { Variant } from "./support/variant.ts";
import { registry } from "./support/registry.ts";

const TIMEOUT_MS = 20_000;
const REGION = "aaaaaaaa-0000-4000-8000-000000000066";
const NODE = "edge-1";

describe("a real Envoy of the daemon", withEnvoy, () => {
  for (const variant of ["ads sotw", "ads delta", "rest"] as const) {
    test(`${variant}: follows servers that start and stop, and loses no request`, async (t) => {
      const port = await startUpstreams(t);
      const { daemon, cli } = await startDaemon(t);
      const listenerPort = await freePort();
      await configure(t, cli, variant, { listenerPort, port });
      const xdsPort = Number(daemon.endpoints.xds.split(":")[1]);
      await EnvoyProcess.start(t, dynamicBootstrap({ nodeId: NODE, variant, xdsPort }));

      const one = await runServer(cli, "one");
      await until("one", async () => (await ask(listenerPort)).includes(one));
      const requester = Requester.start(t, listenerPort);
      const two = await runServer(cli, "two");
      await until("two", async () => requester.answers.has(two));
      await cli.ok("server", "stop", "one", "--wait");
      await until("two alone", async () => await isOnly(listenerPort, two));
      await cli.ok("server", "start", "one", "--wait");
      await until("one again", async () => !(await isOnly(listenerPort, two)));
      await cli.ok("server", "delete", "two", "--wait");
      await until("one alone", async () => await isOnly(listenerPort, one));
      await requester.stop();
      t.diagnostic(`${variant}: ${requester.sent} requests`);
      assert.deepEqual(requester.failed, []);

      await cli.ok("server", "stop", "one");
      await until("nobody", async () => (await ask(listenerPort)) === "503");
      await cli.ok("server", "start", "one");
      await until("one at last", async () => (await ask(listenerPort)) === one);
    });
  }
});

/** On every loopback address: an upstream answers with the address that it was reached under. */
async function startUpstreams(t: TestContext): Promise<number> {
  const port = await freePort();
  const server = createServer(({ socket }, response) => {
    response.end(socket.localAddress);
  }).listen(port, "0.0.0.0");
  server.keepAliveTimeout = 0;
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return port;
}

async function startDaemon(t: TestContext): Promise<{ daemon: DaemonProcess; cli: CommandLine }> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-envoy-"));
  const file = join(directory, "signalbox.yaml");
  const region = `{ id: ${REGION}, name: local, type: simulated, publicPrefix: 127.66.0.0/24 }`;
  await writeFile(file, `regions: [${region}]\n`);
  const daemon = await DaemonProcess.start(join(directory, "data"), ["--config", file]);
  t.after(async () => {
    await daemon.kill();
    await rm(directory, { recursive: true });
  });
  return { daemon, cli: new CommandLine({ SIGNALBOX_DATA_DIR: daemon.dataDir }) };
}

/** A listener, its routes and a cluster; the cluster's endpoints are servers. */
async function configure(
  t: TestContext,
  cli: CommandLine,
  variant: Variant,
  { listenerPort, port }: { readonly listenerPort: number; readonly port: number },
): Promise<void> {
  await cli.ok("network", "create", "net", "--prefix", "10.1.0.0/16", "--wait");
  const follows = ["--endpoints", `web:${port}:network=net`];
  await cli.ok("xds", "group", "create", "edge", "--node", NODE, ...follows);
  const resources = [
    resource(edsCluster("web", variant)),
    resource(routesTo("routes", "web")),
    resource(rdsListener("edge", listenerPort, "routes", variant)),
  ].map((of) => {
    const json = anyToJson(registry, of);
    assert.ok(json.ok);
    return json.value;
  });
  const directory = await mkdtemp(join(tmpdir(), "signalbox-envoy-"));
  t.after(() => rm(directory, { recursive: true }));
  const file = join(directory, "resources.json");
  await writeFile(file, JSON.stringify(resources));
  await cli.ok("xds", "put", "edge", file, "--replace-all");
}

/** Makes a server run and answers its public address. */
async function runServer(cli: CommandLine, name: string): Promise<string> {
  const fixed = ["--network", "net", "--flavor", "sim-standard-4", "--image", "ubuntu-24.04-amd64"];
  const made = await cli.json<{ readonly status: { readonly publicIP: string } }>(
    ...["server", "create", name, ...fixed, "--public-ip", "--wait"],
  );
  assert.match(made.status.publicIP, /^127\.66\.0\./);
  return made.status.publicIP;
}

/** Who answers, or the status where nobody does. */
async function ask(port: number): Promise<string> {
  try {
    const { status, body } = await request(port);
    return status === 200 ? body : String(status);
  } catch {
    return "no listener";
  }
}

async function isOnly(port: number, address: string): Promise<boolean> {
  for (let n = 0; n < 10; n++) if ((await ask(port)) !== address) return false;
  return true;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await eventually(what, TIMEOUT_MS, async () => ((await holds()) ? true : undefined));
}
