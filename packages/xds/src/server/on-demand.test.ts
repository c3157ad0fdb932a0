import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import { DeltaDiscoveryRequestSchema } from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { createGrpcServer, Router } from "@signalbox/grpc";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { type MissingResource, SnapshotCache } from "../cache/snapshot-cache.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { readDeltaAnswer, type SeenAnswer, testResource } from "../stream/testing/answers.ts";
import { XdsServer } from "./xds-server.ts";

const HOST = TYPE_URLS.virtualHost;
const METHOD = "/envoy.service.route.v3.VirtualHostDiscoveryService/DeltaVirtualHosts";

const CLUSTER = TYPE_URLS.cluster;
const CLUSTERS = "/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters";

/** An incremental client of virtual hosts, or clusters, as Envoy's on-demand filters are. */
class OnDemandClient {
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #answers: SeenAnswer[] = [];
  #wake: () => void = () => {};

  constructor(client: Client, method = METHOD) {
    const asIs = (bytes: Buffer): Buffer => bytes;
    this.#call = client.makeBidiStreamRequest<Buffer, Buffer>(method, asIs, asIs);
    this.#call.on("error", () => {});
    this.#call.on("data", (bytes: Buffer) => {
      this.#answers.push(readDeltaAnswer(bytes));
      this.#wake();
    });
  }

  ask(...names: readonly string[]): void {
    this.#send({ node: { id: "edge" }, resourceNamesSubscribe: [...names] });
  }

  giveUp(name: string): void {
    this.#send({ resourceNamesUnsubscribe: [name] });
  }

  /** The next answer, which it accepts. */
  async answer(): Promise<SeenAnswer> {
    for (;;) {
      const next = this.#answers.shift();
      if (next !== undefined) {
        this.#send({ responseNonce: next.nonce });
        return next;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #send(init: Parameters<typeof create<typeof DeltaDiscoveryRequestSchema>>[1]): void {
    const request = create(DeltaDiscoveryRequestSchema, init);
    this.#call.write(Buffer.from(toBinary(DeltaDiscoveryRequestSchema, request)));
  }
}

interface Stage {
  readonly cache: SnapshotCache;
  readonly client: OnDemandClient;
  /** Another client of the same group. */
  readonly other: OnDemandClient;
  /** A third one, that asks for clusters. */
  readonly clusters: OnDemandClient;
}

async function start(
  t: TestContext,
  find: (cache: SnapshotCache, missing: MissingResource) => Promise<void> | void,
): Promise<Stage> {
  const cache: SnapshotCache = new SnapshotCache({
    groupOf: () => "all",
    onMissing: (missing) => find(cache, missing),
  });
  cache.edit("all", { [HOST]: {}, [CLUSTER]: { set: [testResource(CLUSTER, "static", "1")] } });
  const xds = new XdsServer({ cache });
  const server = createGrpcServer({ router: new Router({ services: xds.services }) });
  const { port } = await server.listen({ port: 0 });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), OWN_CONNECTIONS);
  t.after(async () => {
    client.close();
    await xds.close();
    await server.close();
  });
  return {
    cache,
    client: new OnDemandClient(client),
    other: new OnDemandClient(client),
    clusters: new OnDemandClient(client, CLUSTERS),
  };
}

/** Puts the host that a name asks for into the group's snapshot. */
function put(cache: SnapshotCache, { group, typeUrl, name }: MissingResource): void {
  const host = testResource(HOST, `${name}-host`, "1", { aliases: [name] });
  cache.edit(group, { [typeUrl]: { set: [host] } });
}

it("a host that nobody has is looked for once, and answered by its name and alias", async (t) => {
  const asked: string[] = [];
  const gate = Promise.withResolvers<void>();
  const { client, other } = await start(t, async (cache, missing) => {
    asked.push(missing.name);
    await gate.promise;
    put(cache, missing);
  });
  client.ask("routes/shop.example");
  other.ask("routes/shop.example");
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  gate.resolve();
  for (const { resources } of [await client.answer(), await other.answer()]) {
    assert.deepEqual(
      resources.map(({ name, aliases, content }) => [name, aliases, content]),
      [["routes/shop.example-host", ["routes/shop.example"], "1"]],
    );
  }
  assert.deepEqual(asked, ["routes/shop.example"]);
});

for (const [what, find] of [
  ["does not exist", () => {}],
  ["cannot be looked for", () => Promise.reject(new Error("no database"))],
] as const) {
  it(`a host that ${what} is its own alias, without content`, async (t) => {
    const { client } = await start(t, find);
    client.ask("routes/none.example");
    const { resources, removed } = await client.answer();
    assert.deepEqual(
      resources.map(({ name, aliases, content }) => [name, aliases, content]),
      [["routes/none.example", ["routes/none.example"], undefined]],
    );
    assert.deepEqual(removed, []);
  });
}

it("a host that goes is removed, and looked for again when it is asked for again", async (t) => {
  let lookups = 0;
  const { cache, client } = await start(t, (of, missing) => {
    lookups += 1;
    put(of, missing);
  });
  client.ask("routes/a.example");
  assert.equal((await client.answer()).resources[0]?.name, "routes/a.example-host");
  cache.edit("all", { [HOST]: { delete: ["routes/a.example-host"] } });
  assert.deepEqual((await client.answer()).removed, ["routes/a.example-host"]);
  client.giveUp("routes/a.example");
  client.ask("routes/a.example");
  assert.equal((await client.answer()).resources[0]?.name, "routes/a.example-host");
  assert.equal(lookups, 2);
});

it("a cluster is loaded when its first request comes, beside the wildcard or instead (ODCDS)", async (t) => {
  for (const isBeside of [true, false]) {
    const asked: string[] = [];
    const { clusters } = await start(t, (cache, { group, typeUrl, name }) => {
      asked.push(name);
      if (name === "none") return;
      cache.edit(group, { [typeUrl]: { set: [testResource(typeUrl, name, "1")] } });
    });
    if (isBeside) {
      clusters.ask("*");
      const { resources } = await clusters.answer();
      assert.deepEqual(
        resources.map(({ name }) => name),
        ["static"],
      );
    }
    clusters.ask("shop");
    const { resources } = await clusters.answer();
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["shop"],
    );
    clusters.ask("none");
    assert.deepEqual((await clusters.answer()).removed, ["none"]);
    assert.deepEqual(asked, ["shop", "none"]);
  }
});
