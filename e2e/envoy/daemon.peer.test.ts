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
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { freePort } from "./support/addresses.ts";
import { dynamicBootstrap } from "./support/bootstrap.ts";
import { keepIdleConnections } from "./support/echo-upstream.ts";
import { withEnvoy } from "./support/envoy-peer.ts";
import { EnvoyProcess } from "./support/envoy-process.ts";
import { edsCluster, rdsListener, routesTo } from "./support/http-resources.ts";
import { request, Requester } from "./support/requester.ts";
import type { Variant } from "./support/variant.ts";
import { registry } from "./support/registry.ts";

const REGION = "aaaaaaaa-0000-4000-8000-000000000066";
/** The daemon's listener serves these; clients of the types apart are the library's affair. */
const served: readonly Variant[] = ["ads sotw", "ads delta", "rest"];

/** An Envoy of the daemon. Its node has the name of its variant. */
interface Edge {
  readonly variant: Variant;
  readonly listenerPort: number;
}

describe("a real Envoy of the daemon", withEnvoy, () => {
  test("follows servers that start and stop, and loses no request", async (t) => {
    const port = await startUpstreams(t);
    const { daemon, cli } = await startDaemon(t);
    await cli.ok("network", "create", "net", "--prefix", "10.1.0.0/16", "--wait");
    const xdsPort = Number(daemon.endpoints.xds.split(":")[1]);
    const edges = await Promise.all(
      served.map((variant) => startEdge(t, cli, { variant, xdsPort, port })),
    );

    const one = await runServer(cli, "one");
    await untilEach(edges, "one", async ({ listenerPort }) => (await ask(listenerPort)) === one);
    const busy = edges.map((of) => ({ ...of, requester: Requester.start(t, of.listenerPort) }));
    const two = await runServer(cli, "two");
    await untilEach(busy, "two", async ({ requester }) => requester.answers.has(two));
    await cli.ok("server", "stop", "one", "--wait");
    await untilEach(busy, "two alone", (of) => isOnly(of.listenerPort, two));
    await cli.ok("server", "start", "one", "--wait");
    await untilEach(busy, "one again", async (of) => !(await isOnly(of.listenerPort, two)));
    await cli.ok("server", "delete", "two", "--wait");
    await untilEach(busy, "one alone", (of) => isOnly(of.listenerPort, one));
    for (const { variant, requester } of busy) {
      await requester.stop();
      t.diagnostic(`${variant}: ${requester.sent} requests`);
      assert.deepEqual(requester.failed, [], variant);
    }

    await cli.ok("server", "stop", "one");
    await untilEach(edges, "nobody", async (of) => (await ask(of.listenerPort)) === "503");
    await cli.ok("server", "start", "one");
    await untilEach(edges, "one at last", async (of) => (await ask(of.listenerPort)) === one);
  });
});

/** On every loopback address: an upstream answers with the address that it was reached under. */
async function startUpstreams(t: TestContext): Promise<number> {
  const port = await freePort();
  const server = createServer(({ socket }, response) => {
    response.end(socket.localAddress);
  }).listen(port, "0.0.0.0");
  keepIdleConnections(server);
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

/** An Envoy with a group of its own: a listener, its routes, and a cluster of all servers. */
async function startEdge(
  t: TestContext,
  cli: CommandLine,
  of: { readonly variant: Variant; readonly xdsPort: number; readonly port: number },
): Promise<Edge> {
  const { variant, xdsPort, port } = of;
  const group = variant.replace(" ", "-");
  const follows = ["--endpoints", `web:${port}:network=net`];
  await cli.ok("xds", "group", "create", group, "--node", variant, ...follows);
  const listenerPort = await freePort();
  await cli.ok("xds", "put", group, await resourcesFile(t, variant, listenerPort), "--replace-all");
  await EnvoyProcess.start(t, dynamicBootstrap({ nodeId: variant, variant, xdsPort }));
  return { variant, listenerPort };
}

async function resourcesFile(
  t: TestContext,
  variant: Variant,
  listenerPort: number,
): Promise<string> {
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
  return file;
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

/** Waits until it holds for every Envoy. */
async function untilEach<Of extends Edge>(
  edges: readonly Of[],
  what: string,
  holds: (edge: Of) => Promise<boolean>,
): Promise<void> {
  const until = (edge: Of): Promise<true> =>
    eventually(`${edge.variant}: ${what}`, PATIENCE_MS, async () =>
      (await holds(edge)) ? true : undefined,
    );
  await Promise.all(edges.map(until));
}
