import assert from "node:assert/strict";
import { once } from "node:events";
import { it, type TestContext } from "node:test";
import {
  create,
  fromBinary,
  type JsonObject,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from "@grpc/grpc-js";
import { resource } from "@signalbox/envoy-api";
import { ClusterSchema } from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import {
  ClientStatusRequestSchema,
  type ClientStatusResponse,
  ClientStatusResponseSchema,
  ConfigStatus,
} from "@signalbox/envoy-api/envoy/service/status/v3/csds_pb.js";
import { SecretSchema } from "@signalbox/envoy-api/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { loadRegistry } from "@signalbox/envoy-api/json";
import { createGrpcServer, Router, STATUS } from "@signalbox/grpc";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { LinearCache } from "../cache/linear-cache.ts";
import { MuxCache } from "../cache/mux-cache.ts";
import { Resource } from "../resource/resource.ts";
import { AGGREGATED_SERVICE, TYPE_URLS } from "../resource/resource-types.ts";
import { createRestHandler } from "../rest/rest-handler.ts";
import { XdsServer } from "../server/xds-server.ts";
import { type ClientStatusOptions, ClientStatusService } from "./client-status-service.ts";

const SERVICE = "/envoy.service.status.v3.ClientStatusDiscoveryService";
const ADS = `/${AGGREGATED_SERVICE.service}`;
const registry = await loadRegistry();

const asIs = (bytes: Buffer): Buffer => bytes;
const cluster = (name: string): Resource => new Resource(resource(create(ClusterSchema, { name })));

type Query = MessageInitShape<typeof ClientStatusRequestSchema>;

class Rig {
  readonly cache: LinearCache;
  readonly client: Client;
  readonly url: string;
  readonly #xds: XdsServer;

  private constructor(cache: LinearCache, xds: XdsServer, port: number) {
    this.cache = cache;
    this.#xds = xds;
    this.client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), OWN_CONNECTIONS);
    this.url = `http://127.0.0.1:${port}/v3/discovery:client_status`;
  }

  static async start(
    t: TestContext,
    limits: ClientStatusOptions["limits"] = {},
    more: Pick<ClientStatusOptions, "mayRead"> = {},
  ): Promise<Rig> {
    const cache = new LinearCache(TYPE_URLS.cluster, { resources: [cluster("a"), cluster("b")] });
    const key = resource(create(SecretSchema, { name: "key" }));
    const secrets = new LinearCache(TYPE_URLS.secret, { resources: [new Resource(key)] });
    const xds = new XdsServer({ cache: MuxCache.byType({ [TYPE_URLS.secret]: secrets }, cache) });
    const status = new ClientStatusService({ xds, limits, ...more });
    const server = createGrpcServer({
      router: new Router({ services: [...xds.services, ...status.services] }),
      http1: createRestHandler({ xds, registry, clientStatus: status }),
    });
    const { port } = await server.listen({ port: 0 });
    const rig = new Rig(cache, xds, port);
    t.after(async () => {
      rig.client.close();
      await xds.close();
      await server.close();
    });
    return rig;
  }

  /** Opens a state-of-the-world stream that answers each answer as `isGood` says. */
  async connect(
    id: string,
    { isGood = true, answers = true, typeUrl = TYPE_URLS.cluster, metadata = {} } = {},
  ): Promise<void> {
    const call = this.#open(`${ADS}/StreamAggregatedResources`);
    const send = (init: MessageInitShape<typeof DiscoveryRequestSchema>): void =>
      void call.write(
        Buffer.from(toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, init))),
      );
    const resourceNames = ["*"];
    send({ node: { id, metadata }, typeUrl, resourceNames });
    const [bytes] = (await once(call, "data")) as [Buffer];
    const { nonce, versionInfo } = fromBinary(DiscoveryResponseSchema, bytes);
    const errorDetail = { code: 13, message: "no good" };
    const word = isGood ? { versionInfo } : { errorDetail };
    if (!answers) return;
    send({ typeUrl, resourceNames, responseNonce: nonce, ...word });
    await this.#until(id, ({ isAwaited }) => !isAwaited);
  }

  async connectDelta(id: string): Promise<void> {
    const call = this.#open(`${ADS}/DeltaAggregatedResources`);
    const init = { node: { id }, typeUrl: TYPE_URLS.cluster, resourceNamesSubscribe: ["a"] };
    const request = create(DeltaDiscoveryRequestSchema, init);
    call.write(Buffer.from(toBinary(DeltaDiscoveryRequestSchema, request)));
    const [bytes] = (await once(call, "data")) as [Buffer];
    assert.equal(fromBinary(DeltaDiscoveryResponseSchema, bytes).resources.length, 1);
  }

  fetch(query: Query, after?: string): Promise<Fetched> {
    const request = create(ClientStatusRequestSchema, query);
    const metadata = new Metadata();
    if (after !== undefined) metadata.set("x-signalbox-after", after);
    return new Promise((resolve) => {
      let answer: ClientStatusResponse | undefined;
      const call = this.client.makeUnaryRequest(
        `${SERVICE}/FetchClientStatus`,
        asIs,
        asIs,
        Buffer.from(toBinary(ClientStatusRequestSchema, request)),
        metadata,
        (_error: ServiceError | null, bytes?: Buffer) => {
          if (bytes !== undefined) answer = fromBinary(ClientStatusResponseSchema, bytes);
        },
      );
      call.on("status", ({ code, metadata: trailers }: StatusObject) =>
        resolve({ code, answer, next: trailers.get("x-signalbox-next")[0]?.toString() }),
      );
    });
  }

  /** Who is told of, by node id. */
  async ids(query: Query): Promise<readonly (string | undefined)[]> {
    const { answer, code } = await this.fetch(query);
    assert.equal(code, STATUS.OK);
    return answer?.config.map(({ node }) => node?.id) ?? [];
  }

  stream(): ClientDuplexStream<Buffer, Buffer> {
    return this.#open(`${SERVICE}/StreamClientStatus`);
  }

  #open(path: string): ClientDuplexStream<Buffer, Buffer> {
    const call = this.client.makeBidiStreamRequest(path, asIs, asIs);
    call.on("error", () => {});
    return call;
  }

  async #until(
    id: string,
    isSo: (type: { readonly isAwaited: boolean }) => boolean,
  ): Promise<void> {
    const types = () => this.#xds.clients().find(({ stream }) => stream.node?.id === id)?.types;
    while (types()?.every(isSo) !== true) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Unlike `once` of node:events it does not mind errors. */
function statusOf(call: ClientDuplexStream<Buffer, Buffer>): Promise<number> {
  return new Promise((resolve) => {
    call.once("status", ({ code }: StatusObject) => resolve(code));
  });
}

interface Fetched {
  readonly code: number;
  readonly answer: ClientStatusResponse | undefined;
  readonly next: string | undefined;
}

it("each resource of each client stands as the client's word has it", async (t) => {
  const rig = await Rig.start(t);
  await rig.connect("accepts");
  await rig.connect("refuses", { isGood: false });
  await rig.connect("is silent", { answers: false });
  await rig.connectDelta("increments");
  const { answer } = await rig.fetch({});
  const rows = answer?.config.map(({ node, genericXdsConfigs }) => [
    node?.id,
    ...genericXdsConfigs.map(({ name, configStatus }) => `${name} ${ConfigStatus[configStatus]}`),
  ]);
  assert.deepEqual(
    rows?.map((row) => row.toSorted()),
    [
      ["a SYNCED", "accepts", "b SYNCED"],
      ["a ERROR", "b ERROR", "refuses"],
      ["a STALE", "b STALE", "is silent"],
      ["a STALE", "increments"],
    ],
  );
  const [accepts, refuses, , increments] = answer?.config ?? [];
  const accepted = accepts?.genericXdsConfigs[0];
  assert.equal(accepted?.versionInfo, rig.cache.version);
  assert.equal(accepted?.xdsConfig?.typeUrl, TYPE_URLS.cluster);
  assert.ok((accepted?.lastUpdated?.seconds ?? 0n) > 0n);
  const refused = refuses?.genericXdsConfigs[0];
  assert.equal(refused?.errorState?.details, "no good");
  assert.equal(refused?.errorState?.versionInfo, rig.cache.version);
  assert.equal(refused?.errorState?.failedConfiguration?.typeUrl, TYPE_URLS.cluster);
  const increment = increments?.genericXdsConfigs[0];
  assert.equal(increment?.versionInfo, rig.cache.get("a")?.version);
});

it("node matchers: any of them, each in all its parts", async (t) => {
  const rig = await Rig.start(t);
  await rig.connect("edge-1", { metadata: { zone: { name: "west" }, tags: ["x", 5] } });
  await rig.connect("edge-2");
  await rig.connect("core-1");
  const nodeId = (matchPattern: StringPattern) => ({ nodeId: { matchPattern } });
  const exact = nodeId({ case: "exact", value: "core-1" });
  const prefix = nodeId({ case: "prefix", value: "edge-" });
  assert.deepEqual(await rig.ids({ nodeMatchers: [exact] }), ["core-1"]);
  assert.deepEqual(await rig.ids({ nodeMatchers: [prefix] }), ["edge-1", "edge-2"]);
  assert.deepEqual(await rig.ids({ nodeMatchers: [exact, prefix] }), [
    "edge-1",
    "edge-2",
    "core-1",
  ]);
  const suffix = nodeId({ case: "suffix", value: "-2" });
  assert.deepEqual(await rig.ids({ nodeMatchers: [suffix] }), ["edge-2"]);
  const contains = { matchPattern: { case: "contains", value: "GE-1" }, ignoreCase: true } as const;
  assert.deepEqual(await rig.ids({ nodeMatchers: [{ nodeId: contains }] }), ["edge-1"]);

  const west = { case: "stringMatch", value: { matchPattern: { case: "exact", value: "west" } } };
  const five = { case: "doubleMatch", value: { matchPattern: { case: "exact", value: 5 } } };
  const metadata = (path: readonly string[], matchPattern: object) => ({
    path: path.map((value) => ({ segment: { case: "key", value } as const })),
    value: { matchPattern },
  });
  const inWest = metadata(["zone", "name"], west);
  const hasFive = metadata(["tags"], {
    case: "listMatch",
    value: { matchPattern: { case: "oneOf", value: { matchPattern: five } } },
  });
  const both = { ...prefix, nodeMetadatas: [inWest, hasFive] } as NodeMatcherInit;
  assert.deepEqual(await rig.ids({ nodeMatchers: [both] }), ["edge-1"]);
  const nowhere = metadata(["zone", "toString"], { case: "presentMatch", value: true });
  const absent = { nodeMetadatas: [nowhere] } as NodeMatcherInit;
  assert.deepEqual(await rig.ids({ nodeMatchers: [absent] }), []);

  const regex = nodeId({ case: "safeRegex", value: { regex: "(a+)+$" } });
  assert.equal((await rig.fetch({ nodeMatchers: [regex] })).code, STATUS.UNIMPLEMENTED);
});

type NodeMatcherInit = NonNullable<Query["nodeMatchers"]>[number];
type StringPattern = NonNullable<NonNullable<NodeMatcherInit["nodeId"]>["matchPattern"]>;

it("contents can be left out, and those of secrets always are", async (t) => {
  const rig = await Rig.start(t);
  await rig.connect("n");
  await rig.connect("s", { typeUrl: TYPE_URLS.secret });
  const bare = await rig.fetch({ excludeResourceContents: true });
  assert.equal(bare.answer?.config[0]?.genericXdsConfigs[0]?.xdsConfig, undefined);
  const [, secrets] = (await rig.fetch({})).answer?.config ?? [];
  assert.equal(secrets?.genericXdsConfigs[0]?.name, "key");
  assert.equal(secrets?.genericXdsConfigs[0]?.xdsConfig, undefined);
});

it("what is too much is refused, unless it is asked for page by page", async (t) => {
  const rig = await Rig.start(t, { maxClients: 2 });
  for (const id of ["1", "2", "3", "4", "5"]) await rig.connect(id);
  assert.equal((await rig.fetch({})).code, STATUS.RESOURCE_EXHAUSTED);
  const pages: (readonly (string | undefined)[] | undefined)[] = [];
  for (let after: string | undefined = "0"; after !== undefined; ) {
    const { answer, next }: Fetched = await rig.fetch({}, after);
    pages.push(answer?.config.map(({ node }) => node?.id));
    after = next;
  }
  assert.deepEqual(pages, [["1", "2"], ["3", "4"], ["5"]]);
  assert.equal((await rig.fetch({}, "x")).code, STATUS.INVALID_ARGUMENT);
  const call = rig.stream();
  call.resume();
  call.write(Buffer.alloc(0));
  assert.equal(await statusOf(call), STATUS.RESOURCE_EXHAUSTED);
});

it("the bytes of an answer are bounded, also where one client has them all", async (t) => {
  const rig = await Rig.start(t, { maxBytes: 2000 });
  rig.cache.setAll(Array.from({ length: 20 }, (_, i) => cluster(`cluster-${i}`)));
  await rig.connect("n");
  assert.equal((await rig.fetch({}, "0")).code, STATUS.RESOURCE_EXHAUSTED);
  rig.cache.setAll([cluster("a")]);
  const { answer } = await rig.fetch({}, "0");
  assert.equal(answer?.config.length, 1);
});

it("a stream answers each request", async (t) => {
  const rig = await Rig.start(t);
  await rig.connect("n");
  const call = rig.stream();
  for (let i = 0; i < 2; i++) {
    call.write(Buffer.alloc(0));
    const [bytes] = (await once(call, "data")) as [Buffer];
    assert.equal(fromBinary(ClientStatusResponseSchema, bytes).config[0]?.node?.id, "n");
  }
  call.end();
  call.resume();
  assert.equal(await statusOf(call), STATUS.OK);
});

it("REST answers the same as JSON", async (t) => {
  const rig = await Rig.start(t, { maxClients: 1 });
  await rig.connect("n");
  await rig.connect("m");
  const post = (body: object, headers = {}): Promise<Response> =>
    fetch(rig.url, { method: "POST", body: Buffer.from(JSON.stringify(body)), headers });
  const query = { node_matchers: [{ node_id: { exact: "n" } }] };
  const { config } = (await (await post(query)).json()) as { config: RestConfig[] };
  assert.equal(config[0]?.node.id, "n");
  assert.equal(config[0]?.generic_xds_configs[0]?.config_status, "SYNCED");
  assert.equal(config[0]?.generic_xds_configs[0]?.xds_config["@type"], TYPE_URLS.cluster);
  assert.equal((await post({})).status, 429);
  const page = await post({}, { "x-signalbox-after": "0" });
  assert.deepEqual([page.status, page.headers.get("x-signalbox-next")], [200, "1"]);
  const last = await post({}, { "x-signalbox-after": "1" });
  assert.deepEqual([last.status, last.headers.get("x-signalbox-next")], [200, null]);
});

it("whoever asks is told of the nodes that it may read, by every door", async (t) => {
  const asked = new Set<string>();
  const rig = await Rig.start(
    t,
    { maxClients: 1 },
    {
      mayRead: ({ address }, { id }) => {
        asked.add(address);
        return id === "mine";
      },
    },
  );
  for (const id of ["theirs", "mine", "nobodys"]) await rig.connect(id);
  assert.deepEqual(await rig.ids({}), ["mine"]);
  const { answer, next } = await rig.fetch({}, "0");
  assert.deepEqual([answer?.config.length, next], [1, undefined]);
  const theirs = { nodeId: { matchPattern: { case: "exact", value: "theirs" } } } as const;
  assert.deepEqual(await rig.ids({ nodeMatchers: [theirs] }), []);
  const call = rig.stream();
  call.write(Buffer.alloc(0));
  const [bytes] = (await once(call, "data")) as [Buffer];
  assert.equal(fromBinary(ClientStatusResponseSchema, bytes).config[0]?.node?.id, "mine");
  call.cancel();
  const reply = await fetch(rig.url, { method: "POST", body: Buffer.from("{}") });
  const { config } = (await reply.json()) as { config: RestConfig[] };
  assert.deepEqual(
    config.map(({ node }) => node.id),
    ["mine"],
  );
  assert.deepEqual([...asked], ["127.0.0.1"]);
});

interface RestConfig {
  readonly node: { readonly id: string };
  readonly generic_xds_configs: readonly {
    readonly config_status: string;
    readonly xds_config: { readonly "@type": string };
  }[];
}

it("a node that cannot be read in full, or be written as JSON, keeps nobody from being told", async (t) => {
  const rig = await Rig.start(t);
  let deep: JsonObject = {};
  for (let level = 0; level < 200; level++) deep = { deep };
  await rig.connect("deep", { metadata: deep });
  await rig.connect("nan", { metadata: { ratio: Number.NaN, zone: "a" } });
  await rig.connect("good", { metadata: { ratio: 0.5 } });
  const expected = [
    ["deep", undefined],
    ["nan", { ratio: null, zone: "a" }],
    ["good", { ratio: 0.5 }],
  ];
  const { answer } = await rig.fetch({});
  const told = answer?.config.map(({ node }) => [node?.id, node?.metadata]);
  assert.deepEqual(told, expected);
  const response = await fetch(rig.url, { method: "POST", body: Buffer.from("{}") });
  assert.equal(response.status, 200);
  const { config } = (await response.json()) as {
    readonly config: readonly {
      readonly node: { readonly id: string; readonly metadata?: object };
    }[];
  };
  assert.deepEqual(
    config.map(({ node }) => [node.id, node.metadata]),
    expected,
  );
});
