import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect as connectTls } from "node:tls";
import { after, before, describe, type TestContext, test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { ClusterDiscoveryService } from "@signalbox/envoy-api/envoy/service/cluster/v3/cds_pb.js";
import { ClusterSchema } from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { AggregatedDiscoveryService } from "@signalbox/envoy-api/envoy/service/discovery/v3/ads_pb.js";
import { LoadReportingService } from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import { ClientStatusDiscoveryService } from "@signalbox/envoy-api/envoy/service/status/v3/csds_pb.js";
import { Channel, clientOf, GrpcError, STATUS } from "@signalbox/grpc";
import type { CommandLine } from "./support/command-line.ts";
import type { DaemonProcess } from "./support/daemon-process.ts";
import { eventually, PATIENCE_MS } from "./support/eventually.ts";
import { type CertificateFiles, type TestAuthority } from "./support/test-authority.ts";
import { TlsDaemon } from "./support/tls-daemon.ts";

const CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

let tls: TlsDaemon;
let authority: TestAuthority;
let daemon: DaemonProcess;
let cli: CommandLine;
/** `edge-1` has a cluster, and so have members of `fleet`. */
let edge: CertificateFiles;
let member: CertificateFiles;
/** Of no group. */
let other: CertificateFiles;

function material({ cert, key }: CertificateFiles): Record<"ca" | "cert" | "key", Buffer> {
  return { ca: readFileSync(authority.cert), cert: readFileSync(cert), key: readFileSync(key) };
}

function connect(t: TestContext, certificate: CertificateFiles): Channel {
  const tls = { material: () => material(certificate), serverName: "localhost" };
  const channel = new Channel(daemon.endpoints.xds, { tls });
  t.after(() => channel.close(0));
  return channel;
}

interface Poll {
  readonly status: number | undefined;
  readonly body: unknown;
}

async function post(certificate: CertificateFiles, path: string, body: object): Promise<Poll> {
  const port = new URL(`https://${daemon.endpoints.xds}`).port;
  const options = { host: "127.0.0.1", servername: "localhost", port, path, method: "POST" };
  const exchange = request({ ...options, ...material(certificate), agent: false });
  exchange.end(JSON.stringify(body));
  const [response] = (await once(exchange, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, body: text === "" ? undefined : JSON.parse(text) };
}

/** The certificate that a listener shows now. */
async function serialShownBy(url: string): Promise<string | undefined> {
  const port = Number(new URL(url).port);
  const own = material(edge);
  const socket = connectTls({ host: "127.0.0.1", servername: "localhost", port, ...own });
  await once(socket, "secureConnect");
  const shown = socket.getPeerX509Certificate()?.serialNumber;
  socket.destroy();
  return shown;
}

const isDenied = (error: unknown): boolean =>
  error instanceof GrpcError && error.code === STATUS.PERMISSION_DENIED;

describe("the xDS listener, over mutual TLS", () => {
  before(async () => {
    tls = await TlsDaemon.start(["--listen-xds", "0.0.0.0:0", "--listen-ops", "0.0.0.0:0"]);
    ({ authority, daemon, cli } = tls);
    edge = authority.issue("edge", "edge-1");
    member = authority.issue("member", "edge-2", { organizations: ["fleet"] });
    other = authority.issue("other", "edge-3", { organizations: ["edge-1"] });
    await tls.configureEdge(["--node", "edge-1", "--cluster", "fleet"]);
  });
  after(() => tls.stop());

  test("a single answer goes to the node that the certificate names", async (t) => {
    const fetchClusters = async (from: CertificateFiles, id: string, cluster = "") => {
      const client = clientOf(ClusterDiscoveryService, connect(t, from));
      const { resources } = await client.fetchClusters({ node: { id, cluster } });
      return resources.map(({ value }) => fromBinary(ClusterSchema, value).name);
    };
    assert.deepEqual(await fetchClusters(edge, "edge-1"), ["web"]);
    assert.deepEqual(await fetchClusters(member, "edge-2", "fleet"), ["web"]);
    await assert.rejects(fetchClusters(other, "edge-1"), isDenied);
    await assert.rejects(fetchClusters(other, ""), isDenied);
    // Its certificate does not say that it is of the fleet, so nothing is configured for it.
    await assert.rejects(fetchClusters(other, "edge-3", "fleet"), { code: STATUS.UNAVAILABLE });
  });

  test("a poll is answered for the node that the certificate names", async () => {
    const path = "/v3/discovery:clusters";
    const { status, body } = await post(edge, path, { node: { id: "edge-1" } });
    assert.equal(status, 200);
    const { resources } = body as { readonly resources: readonly { readonly name: string }[] };
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["web"],
    );
    const fleet = await post(member, path, { node: { id: "edge-2", cluster: "fleet" } });
    assert.equal(fleet.status, 200);
    const thief = await post(other, path, { node: { id: "edge-1" } });
    assert.equal(thief.status, 403);
    assert.equal((thief.body as { readonly code: number }).code, STATUS.PERMISSION_DENIED);
    assert.equal((await post(other, path, {})).status, 403);
    const stranger = await post(other, path, { node: { id: "edge-3", cluster: "fleet" } });
    assert.equal(stranger.status, 503);
  });

  test("a node is told the status of itself alone", async (t) => {
    const ended = new AbortController();
    const open = async (certificate: CertificateFiles, id: string): Promise<void> => {
      const ask = async function* () {
        yield { node: { id }, typeUrl: CLUSTER };
        await once(ended.signal, "abort");
      };
      const client = clientOf(AggregatedDiscoveryService, connect(t, certificate));
      const answers = client.streamAggregatedResources(ask(), { signal: ended.signal });
      void answers[Symbol.asyncIterator]()
        .next()
        .catch(() => {});
      await eventually(`the stream of ${id}`, PATIENCE_MS, async () => {
        const nodes = await cli.json<readonly unknown[]>("xds", "nodes", "--node", id);
        return nodes.length > 0 ? nodes : undefined;
      });
    };
    t.after(() => ended.abort());
    await open(edge, "edge-1");
    await open(other, "edge-3");
    const seen = async (certificate: CertificateFiles) => {
      const client = clientOf(ClientStatusDiscoveryService, connect(t, certificate));
      const { config } = await client.fetchClientStatus({ excludeResourceContents: true });
      return config.map(({ node }) => node?.id);
    };
    assert.deepEqual(await seen(edge), ["edge-1"]);
    assert.deepEqual(await seen(other), ["edge-3"]);
    assert.deepEqual(await seen(member), []);
    const { body } = await post(edge, "/v3/discovery:client_status", {});
    const { config } = body as { readonly config: readonly { node: { id: string } }[] };
    assert.deepEqual(
      config.map(({ node }) => node.id),
      ["edge-1"],
    );
  });

  test("a node that names a cluster later is of it where its certificate says so", async (t) => {
    const clustersOf = async (certificate: CertificateFiles, id: string) => {
      const asked = Promise.withResolvers<void>();
      const ask = async function* () {
        yield { node: { id }, typeUrl: CLUSTER };
        yield { node: { id, cluster: "fleet" }, typeUrl: CLUSTER };
        await asked.promise;
      };
      t.after(() => asked.resolve());
      const client = clientOf(AggregatedDiscoveryService, connect(t, certificate));
      const answers = client.streamAggregatedResources(ask(), { timeoutMs: PATIENCE_MS });
      return answers[Symbol.asyncIterator]().next();
    };
    let isAnswered = false;
    const stranger = clustersOf(other, "edge-3").then(() => (isAnswered = true));
    stranger.catch(() => {});
    const { value } = await clustersOf(member, "edge-2");
    assert.equal(value?.resources.length, 1);
    // A later stream of a member is answered; had the stranger been one, so had it been.
    await clustersOf(member, "edge-2");
    assert.equal(isAnswered, false);
  });

  test("load is reported for the node that the certificate names", async (t) => {
    const isOver = Promise.withResolvers<void>();
    const report = async function* (id: string) {
      yield { node: { id } };
      yield { clusterStats: [{ clusterName: "web", totalDroppedRequests: 1n }] };
      await isOver.promise;
    };
    t.after(() => isOver.resolve());
    const streamFor = (certificate: CertificateFiles, id: string) => {
      const client = clientOf(LoadReportingService, connect(t, certificate));
      const told = client.streamLoadStats(report(id), { timeoutMs: PATIENCE_MS });
      return told[Symbol.asyncIterator]();
    };
    await assert.rejects(streamFor(other, "edge-1").next(), isDenied);
    const { value } = await streamFor(edge, "edge-1").next();
    assert.equal(value?.sendAllClusters, true);
    const loads = await eventually("the load", PATIENCE_MS, async () => {
      const listed = await cli.ok("xds", "loads");
      return listed.includes("web") ? listed : undefined;
    });
    assert.match(loads, /edge-1 +edge +web +0 +0 +1 +0 +0\.0/);
  });

  test("new certificate files are used for new handshakes of every listener", async (t) => {
    const clusters = clientOf(ClusterDiscoveryService, connect(t, edge));
    await clusters.fetchClusters({ node: { id: "edge-1" } });
    const { xds, rest, ops } = daemon.endpoints;
    const listeners = [`https://${xds}`, rest, ops];
    const before = await Promise.all(listeners.map(serialShownBy));
    const { cert } = authority.issue("server", "localhost");
    const issued = new X509Certificate(readFileSync(cert)).serialNumber;
    assert.ok(!before.includes(issued));
    await eventually("the new certificate", PATIENCE_MS, async () => {
      const shown = await Promise.all(listeners.map(serialShownBy));
      return shown.every((serial) => serial === issued) || undefined;
    });
    // By the connection that stands, and by one that is new.
    await clusters.fetchClusters({ node: { id: "edge-1" } });
    await clientOf(ClusterDiscoveryService, connect(t, member)).fetchClusters({
      node: { id: "edge-2", cluster: "fleet" },
    });
  });
});
