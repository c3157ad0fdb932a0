import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { anyToJson, loadRegistry } from "@signalbox/envoy-api/json";
import { freePort } from "../envoy/support/addresses.ts";
import { CommandLine } from "../support/command-line.ts";
import { DaemonProcess } from "../support/daemon-process.ts";
import { ClientProcess } from "./client-process.ts";
import { NamedServer } from "./named-server.ts";
import { answersOf, SERVICE, wayTo } from "./way-to.ts";

const REGION = "aaaaaaaa-0000-4000-8000-000000000067";

test("a gRPC client of the daemon follows servers that start and stop", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-proxyless-"));
  const { daemon, cli } = await startDaemon(t, directory);
  const port = await freePort();
  const follows = ["--endpoints", `backend:${port}:network=net`];
  await cli.ok("network", "create", "net", "--prefix", "10.1.0.0/16", "--wait");
  await cli.ok("xds", "group", "create", "clients", "--node", "proxyless", ...follows);
  await cli.ok("xds", "put", "clients", await resourcesFile(directory), "--replace-all");

  await NamedServer.start(t, "one", `${await runServer(cli, "one")}:${port}`);
  await NamedServer.start(t, "two", `${await runServer(cli, "two")}:${port}`);
  await cli.ok("server", "stop", "two");
  const xdsPort = Number(daemon.endpoints.xds.split(":")[1]);
  const client = ClientProcess.start(t, xdsPort, `xds:///${SERVICE}`);
  await answersOf(client, "one");
  await cli.ok("server", "start", "two", "--wait");
  await cli.ok("server", "stop", "one");
  await answersOf(client, "two");
  await client.stop();
  assert.deepEqual(client.errors, []);
  assert.deepEqual(JSON.parse(await cli.ok("xds", "nacks", "--output", "json")), []);
});

async function startDaemon(
  t: TestContext,
  directory: string,
): Promise<{ readonly daemon: DaemonProcess; readonly cli: CommandLine }> {
  const file = join(directory, "signalbox.yaml");
  const region = `{ id: ${REGION}, name: local, type: simulated, publicPrefix: 127.67.0.0/24 }`;
  await writeFile(file, `regions: [${region}]\n`);
  const daemon = await DaemonProcess.start(join(directory, "data"), ["--config", file]);
  t.after(async () => {
    await daemon.kill();
    await rm(directory, { recursive: true });
  });
  return { daemon, cli: new CommandLine({ SIGNALBOX_DATA_DIR: daemon.dataDir }) };
}

async function resourcesFile(directory: string): Promise<string> {
  const registry = await loadRegistry();
  const resources = wayTo("backend").map((of) => {
    const json = anyToJson(registry, of);
    assert.ok(json.ok);
    return json.value;
  });
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
  return made.status.publicIP;
}
