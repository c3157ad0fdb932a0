import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { noMetrics, silentLog, systemClock, systemRandom } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { AggregatedDiscoveryService } from "@signalbox/envoy-api/envoy/service/discovery/v3/ads_pb.js";
import type { DiscoveryRequestSchema } from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import {
  LoadReportingService,
  type LoadStatsRequestSchema,
} from "@signalbox/envoy-api/envoy/service/load_stats/v3/lrs_pb.js";
import {
  ClientStatusDiscoveryService,
  ConfigStatus,
} from "@signalbox/envoy-api/envoy/service/status/v3/csds_pb.js";
import { Channel, clientOf } from "@signalbox/grpc";
import { HealthRegistry } from "@signalbox/ops";
import { openSqliteStore } from "@signalbox/store";
import { TYPE_URLS } from "@signalbox/xds";
import { KINDS, XDS_GROUP, XDS_RESOURCE } from "../../model/kinds.ts";
import { group, stored } from "../../traffic/testing/feed-rig.ts";
import { createXdsListener, type XdsListener } from "./xds-listener.ts";

const GROUP = "dddddddd-0000-4000-8000-000000000001";

interface Listening {
  readonly listener: XdsListener;
  readonly channel: Channel;
  readonly url: string;
}

/** A listener that anybody may use, with a group of the node `edge-1` and one cluster in it. */
async function start(t: TestContext): Promise<Listening> {
  const directory = await mkdtemp(join(tmpdir(), "xds-listener-"));
  const common = { clock: systemClock, log: silentLog, metrics: noMetrics };
  const store = await openSqliteStore({ ...common, directory, kinds: KINDS });
  await store.transact((tx) => {
    tx.create(XDS_GROUP, GROUP, group(GROUP, [], { ids: ["edge-1"], clusters: [] }));
    tx.create(XDS_RESOURCE, "web", stored(GROUP, TYPE_URLS.cluster, "web", ""));
  });
  const listener = createXdsListener({
    ...common,
    store,
    reaches: () => undefined,
    health: new HealthRegistry(systemClock),
    random: systemRandom,
    graceMs: 1_000,
    version: "0.0.0",
  });
  const { port } = await listener.listen({ host: "127.0.0.1", port: 0 });
  const channel = new Channel(`127.0.0.1:${port}`);
  t.after(async () => {
    await channel.close();
    await listener.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  return { listener, channel, url: `http://127.0.0.1:${port}` };
}

/** Requests that are sent when a test says so. */
class Requests<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  #wake = Promise.withResolvers<void>();
  #isOver = false;

  send(request: T): void {
    this.#waiting.push(request);
    this.#wake.resolve();
  }

  end(): void {
    this.#isOver = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      yield* this.#waiting.splice(0);
      if (this.#isOver) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}

test("load reports are taken, are shown while the client is there, and go with it", async (t) => {
  const { listener, channel } = await start(t);
  const requests = new Requests<MessageInitShape<typeof LoadStatsRequestSchema>>();
  const policies = clientOf(LoadReportingService, channel).streamLoadStats(requests);
  const policy = policies[Symbol.asyncIterator]();
  requests.send({ node: { id: "edge-1" } });
  const { value: told } = await policy.next();
  assert.deepEqual([told?.sendAllClusters, told?.loadReportingInterval?.seconds], [true, 10n]);
  assert.deepEqual(listener.clients.loads(), []);
  requests.send({ clusterStats: [{ clusterName: "web", totalDroppedRequests: 2n }] });
  await until(() => listener.clients.loads().length === 1, "a report");
  const [load] = listener.clients.loads();
  const [web] = load?.clusters ?? [];
  assert.deepEqual([load?.node.id, web?.cluster, web?.dropped], ["edge-1", "web", 2]);
  requests.end();
  assert.equal((await policy.next()).done, true);
  await until(() => listener.clients.loads().length === 0, "its end");
});

test("client status is told by a call, a stream, and REST", async (t) => {
  const { listener, channel, url } = await start(t);
  const requests = new Requests<MessageInitShape<typeof DiscoveryRequestSchema>>();
  const ads = clientOf(AggregatedDiscoveryService, channel).streamAggregatedResources(requests);
  const answers = ads[Symbol.asyncIterator]();
  requests.send({ node: { id: "edge-1" }, typeUrl: TYPE_URLS.cluster });
  const { value: answer } = await answers.next();
  const { nonce: responseNonce = "", versionInfo = "" } = answer ?? {};
  requests.send({ typeUrl: TYPE_URLS.cluster, responseNonce, versionInfo });
  await until(() => listener.clients.connected()[0]?.types[0]?.isAwaited === false, "its word");

  const status = clientOf(ClientStatusDiscoveryService, channel);
  const { config } = await status.fetchClientStatus({});
  assert.equal(config[0]?.node?.id, "edge-1");
  const [web] = config[0].genericXdsConfigs;
  assert.deepEqual([web?.name, web?.configStatus], ["web", ConfigStatus.SYNCED]);
  const once = async function* () {
    yield await Promise.resolve({});
  };
  for await (const streamed of status.streamClientStatus(once())) {
    assert.deepEqual(streamed.config, config);
  }
  const path = "/v3/discovery:client_status";
  const reply = await fetch(url + path, { method: "POST", body: Buffer.from("{}") });
  const body = (await reply.json()) as { readonly config: readonly { node: { id: string } }[] };
  assert.deepEqual(
    body.config.map(({ node }) => node.id),
    ["edge-1"],
  );
  requests.end();
  assert.equal((await answers.next()).done, true);
});
