import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CommandLine } from "../support/command-line.ts";
import { DaemonProcess } from "../support/daemon-process.ts";
import { eventually, PATIENCE_MS } from "../support/eventually.ts";
import { AdsClient, CLUSTER, ENDPOINT } from "./ads-client.ts";

const CLUSTER_FILE = `"@type": ${CLUSTER}
name: web
type: EDS
eds_cluster_config: { eds_config: { ads: {} } }
`;

interface World {
  readonly daemon: DaemonProcess;
  readonly cli: CommandLine;
  readonly directory: string;
}

/** A daemon with a network, a group of node `edge-1` that follows it, and a cluster in that. */
async function startWorld(t: TestContext): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "signalbox-xds-"));
  const daemon = await startDaemon(t, directory);
  t.after(() => rm(directory, { recursive: true, force: true }));
  const cli = new CommandLine({ SIGNALBOX_DATA_DIR: daemon.dataDir });
  await cli.ok("network", "create", "net", "--prefix", "10.1.0.0/16", "--wait");
  await cli.ok(
    ...["xds", "group", "create", "edge", "--node", "edge-1", "--cluster", "edge"],
    ...["--endpoints", "web:8080:network=net"],
  );
  await writeFile(join(directory, "web.yaml"), CLUSTER_FILE);
  await cli.ok("xds", "put", "edge", join(directory, "web.yaml"));
  return { daemon, cli, directory };
}

async function startDaemon(t: TestContext, directory: string): Promise<DaemonProcess> {
  const daemon = await DaemonProcess.start(join(directory, "data"), ["--provider", "simulated"]);
  t.after(() => daemon.kill());
  return daemon;
}

function createServer(cli: CommandLine, name: string): Promise<string> {
  const fixed = ["--network", "net", "--flavor", "sim-standard-4", "--image", "ubuntu-24.04-amd64"];
  return cli.ok("server", "create", name, ...fixed, "--wait");
}

test("servers come and go as endpoints of a client's cluster", async (t) => {
  const { daemon, cli } = await startWorld(t);
  const client = AdsClient.connect(t, daemon.endpoints.xds, "edge-1");
  await client.until("the cluster", () => client.answers.get(CLUSTER));
  client.subscribe(ENDPOINT, ["web"]);
  const endpoints = (count: number) =>
    client.until(`${count} endpoints`, () => {
      const found = client.endpoints("web");
      return found?.length === count ? found : undefined;
    });
  await endpoints(0);
  await createServer(cli, "one");
  const [first] = await endpoints(1);
  assert.match(first ?? "", /^10\.1\.\d+\.\d+:8080$/);
  await createServer(cli, "two");
  await endpoints(2);
  await cli.ok("server", "stop", "one");
  const [left] = await endpoints(1);
  assert.notEqual(left, first);
  await cli.ok("server", "start", "one");
  await endpoints(2);
  await cli.ok("server", "delete", "two");
  assert.deepEqual(await endpoints(1), [first]);

  const nodes = await cli.json<Readonly<Record<string, unknown>>[]>("xds", "nodes");
  assert.deepEqual(
    nodes.map(({ nodeId, protocol }) => [nodeId, protocol]),
    [["edge-1", "sotw"]],
  );
  const status = await cli.ok("xds", "status", "--node", "edge-1");
  assert.match(status, /edge-1 +edge +endpoint +1 names +synced/);
  const sent = await cli.ok("xds", "resources", "--node", "edge-1", "--type", "cluster");
  assert.match(sent, /edge-1 +cluster +web +\S+ +synced/);
});

test("a restart serves the same versions", async (t) => {
  const { daemon, cli, directory } = await startWorld(t);
  await createServer(cli, "one");
  const versions = async (address: string): Promise<readonly (string | undefined)[]> => {
    const client = AdsClient.connect(t, address, "edge-1");
    client.subscribe(ENDPOINT, ["web"]);
    const endpoint = await client.until("the endpoint", () =>
      client.endpoints("web")?.length === 1 ? client.answers.get(ENDPOINT) : undefined,
    );
    const cluster = await client.until("the cluster", () => client.answers.get(CLUSTER));
    return [endpoint, cluster].map(({ versionInfo, resources }) =>
      [versionInfo, ...resources.map(({ value }) => Buffer.from(value).toString("hex"))].join(),
    );
  };
  const before = await versions(daemon.endpoints.xds);
  await daemon.kill();
  const second = await startDaemon(t, directory);
  assert.deepEqual(await versions(second.endpoints.xds), before);
  assert.equal(await second.stop(), 0);
});

test("what a client refuses is told with its reason, and a rollback mends it", async (t) => {
  const { daemon, cli, directory } = await startWorld(t);
  const client = AdsClient.connect(t, daemon.endpoints.xds, "node-9", {
    cluster: "edge",
    refuse: ({ resources }) =>
      resources.some(({ value }) => Buffer.from(value).includes("poison"))
        ? "no poison"
        : undefined,
  });
  const good = await client.until("the cluster", () => client.answers.get(CLUSTER));
  const poison = CLUSTER_FILE.replace("name: web", "name: web\nalt_stat_name: poison");
  await writeFile(join(directory, "poison.yaml"), poison);
  await cli.ok("xds", "put", "edge", join(directory, "poison.yaml"), "--dry-run");
  await cli.ok("xds", "put", "edge", join(directory, "poison.yaml"));
  const nacks = await eventually("the refusal", PATIENCE_MS, async () => {
    const listed = await cli.ok("xds", "nacks");
    return listed.includes("no poison") ? listed : undefined;
  });
  assert.match(nacks, /node-9 +cluster +\S+ +web +no poison/);
  assert.match(await cli.ok("xds", "nodes"), /node-9 +edge +edge +sotw .* cluster$/m);
  assert.match(await cli.ok("xds", "status"), /cluster +all +refused .*no poison/);
  const history = await cli.json<{ readonly revision: number }[]>("xds", "history", "edge");
  assert.deepEqual(
    history.map(({ revision }) => revision),
    [3, 2, 1],
  );
  await cli.ok("xds", "rollback", "edge", "2");
  await eventually("the mended state", PATIENCE_MS, async () =>
    (await cli.ok("xds", "status")).includes("synced") ? true : undefined,
  );
  assert.equal(client.answers.get(CLUSTER)?.versionInfo, good.versionInfo);
  await cli.ok("xds", "delete", "edge", "cluster", "web");
  await client.until("nothing", () =>
    client.answers.get(CLUSTER)?.resources.length === 0 ? true : undefined,
  );
  assert.equal((await cli.run("xds", "get", "edge", "cluster", "web")).code, 3);
});

test("a stop tells clients to go elsewhere and ends with 0", async (t) => {
  const { daemon } = await startWorld(t);
  const client = AdsClient.connect(t, daemon.endpoints.xds, "edge-1");
  await client.until("the cluster", () => client.answers.get(CLUSTER));
  assert.equal(await client.health(), "0801", "SERVING");
  const metrics = await (await fetch(`${daemon.endpoints.ops}/metrics`)).text();
  assert.match(metrics, /^xds_streams\{kind="sotw"\} 1$/m);
  const stopped = daemon.stop();
  const reason = await client.until("the end", () => client.ended).catch(() => client.ended);
  assert.match(reason ?? "", /UNAVAILABLE/);
  assert.equal(await stopped, 0);
});
