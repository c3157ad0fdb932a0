import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type StatusObject,
} from "@grpc/grpc-js";
import {
  DeltaDiscoveryRequestSchema,
  DiscoveryRequestSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import {
  encodeFrame,
  GrpcError,
  Metadata as OurMetadata,
  OK_STATUS,
  type RawServerCall,
  type RawService,
  STATUS,
} from "@signalbox/grpc";
import { OWN_CONNECTIONS } from "@signalbox/testing";
import { LinearCache } from "../../cache/linear-cache.ts";
import { AGGREGATED_SERVICE, TYPE_URLS } from "../../resource/resource-types.ts";
import type { XdsCallbacks } from "../../server/callbacks.ts";
import { XdsServer } from "../../server/xds-server.ts";
import {
  readDeltaAnswer,
  readSotwAnswer,
  type SeenAnswer,
  testResource,
} from "../../stream/testing/answers.ts";
import { mountOnGrpcJs } from "./mount-on-grpc-js.ts";

const ADS = `/${AGGREGATED_SERVICE.service}`;
const CLUSTER = TYPE_URLS.cluster;

const asIs = (bytes: Buffer): Buffer => bytes;
const cluster = (name: string, content = "1") => testResource(CLUSTER, name, content);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A server of grpc-js with our services, until the test is over. */
async function serve(t: TestContext, services: readonly RawService[]): Promise<Client> {
  const server = new Server();
  mountOnGrpcJs(server, services);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), OWN_CONNECTIONS);
  t.after(() => {
    client.close();
    server.forceShutdown();
  });
  return client;
}

/** One call of a client, answer by answer. */
class Conversation {
  readonly call: ClientDuplexStream<Buffer, Buffer>;
  readonly #read: (bytes: Uint8Array) => SeenAnswer;
  readonly #seen: SeenAnswer[] = [];
  readonly status: Promise<StatusObject>;

  constructor(
    call: ClientDuplexStream<Buffer, Buffer>,
    read: (bytes: Uint8Array) => SeenAnswer = readSotwAnswer,
  ) {
    this.call = call;
    this.#read = read;
    this.status = new Promise((resolve) => call.once("status", resolve));
    call.on("error", () => {});
    call.on("data", (bytes: Buffer) => this.#seen.push(this.#read(bytes)));
  }

  sotw(init: MessageInitShape<typeof DiscoveryRequestSchema>): void {
    const request = create(DiscoveryRequestSchema, { typeUrl: CLUSTER, ...init });
    this.call.write(Buffer.from(toBinary(DiscoveryRequestSchema, request)));
  }

  delta(init: MessageInitShape<typeof DeltaDiscoveryRequestSchema>): void {
    const request = create(DeltaDiscoveryRequestSchema, { typeUrl: CLUSTER, ...init });
    this.call.write(Buffer.from(toBinary(DeltaDiscoveryRequestSchema, request)));
  }

  async answer(): Promise<SeenAnswer> {
    for (;;) {
      const next = this.#seen.shift();
      if (next !== undefined) return next;
      await turn();
    }
  }
}

interface Stage {
  readonly cache: LinearCache;
  readonly xds: XdsServer;
  readonly client: Client;
  readonly open: (method: string, metadata?: Metadata) => ClientDuplexStream<Buffer, Buffer>;
}

async function stage(t: TestContext, callbacks: XdsCallbacks = {}): Promise<Stage> {
  const cache = new LinearCache(CLUSTER);
  const xds = new XdsServer({ cache, callbacks });
  const client = await serve(t, xds.services);
  t.after(async () => {
    client.close();
    await xds.close();
    assert.deepEqual([xds.streamCount, cache.leaseCount], [0, 0]);
  });
  const open = (method: string, metadata = new Metadata()) =>
    client.makeBidiStreamRequest<Buffer, Buffer>(`${ADS}/${method}`, asIs, asIs, metadata);
  return { cache, xds, client, open };
}

const namesIn = ({ resources }: SeenAnswer): string[] =>
  resources.map(({ name }) => name).toSorted();

describe("the protocol over a server of grpc-js", () => {
  it("G1 first contact, and an acknowledgement", async (t) => {
    const { cache, xds, open } = await stage(t);
    const client = new Conversation(open("StreamAggregatedResources"));
    client.sotw({ node: { id: "n" } });
    while (xds.clients()[0]?.types.length !== 1) await turn();
    cache.set(cluster("a"));
    const { version, nonce, resources } = await client.answer();
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["a"],
    );
    client.sotw({ versionInfo: version, responseNonce: nonce });
    while (xds.clients()[0]?.types[0]?.acked?.version !== version) await turn();
    client.call.end();
    assert.equal((await client.status).code, STATUS.OK);
  });

  it("G2 a refusal is parked until there is something else", async (t) => {
    const { cache, xds, open } = await stage(t);
    cache.set(cluster("a", "bad"));
    const client = new Conversation(open("StreamAggregatedResources"));
    client.sotw({ node: { id: "n" } });
    const { nonce } = await client.answer();
    client.sotw({ responseNonce: nonce, errorDetail: { code: 13, message: "no" } });
    while (xds.clients()[0]?.types[0]?.nacked?.error.message !== "no") await turn();
    cache.set(cluster("a", "good"));
    assert.equal((await client.answer()).resources[0]?.content, "good");
  });

  it("G6 what is given up and asked for again is sent again", async (t) => {
    const { cache, open } = await stage(t);
    cache.set(cluster("a"));
    const client = new Conversation(open("StreamAggregatedResources"));
    client.sotw({ node: { id: "n" }, resourceNames: ["a"] });
    const first = await client.answer();
    const ack = { versionInfo: first.version, responseNonce: first.nonce };
    client.sotw({ ...ack, resourceNames: ["none"] });
    client.sotw({ ...ack, resourceNames: ["a"] });
    const again = await client.answer();
    assert.deepEqual(namesIn(again), ["a"]);
    assert.notEqual(again.nonce, first.nonce);
  });

  it("G8 absent, made, deleted", async (t) => {
    const { cache, open } = await stage(t);
    cache.setAll([]);
    const client = new Conversation(open("DeltaAggregatedResources"), readDeltaAnswer);
    const next = async (): Promise<SeenAnswer> => {
      const answer = await client.answer();
      client.delta({ responseNonce: answer.nonce });
      return answer;
    };
    client.delta({ node: { id: "n" }, resourceNamesSubscribe: ["x"] });
    assert.deepEqual((await next()).removed, ["x"]);
    cache.set(cluster("x"));
    assert.deepEqual(namesIn(await next()), ["x"]);
    cache.delete("x");
    assert.deepEqual((await next()).removed, ["x"]);
  });

  it("a single fetch, and one of nothing", async (t) => {
    const { cache, client } = await stage(t);
    const path = "/envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters";
    const fetch = (): Promise<SeenAnswer | number> =>
      new Promise((resolve) => {
        client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), (error, bytes) =>
          resolve(
            error === null && bytes !== undefined ? readSotwAnswer(bytes) : (error?.code ?? -1),
          ),
        );
      });
    assert.equal(await fetch(), STATUS.UNAVAILABLE);
    cache.set(cluster("a"));
    const answer = await fetch();
    assert.ok(typeof answer === "object");
    assert.deepEqual(namesIn(answer), ["a"]);
  });

  it("callbacks see metadata and peer, and refuse with a status", async (t) => {
    const seen: unknown[] = [];
    const { cache, open } = await stage(t, {
      onStreamOpen: ({ metadata, peer }) => {
        seen.push(metadata.getAll("who"), metadata.getBinary("raw-bin")?.toString("hex"));
        seen.push(peer.address, peer.isTls, peer.certificate);
        if (metadata.get("who") === "bad") throw new GrpcError(STATUS.PERMISSION_DENIED, "not you");
      },
    });
    cache.setAll([]);
    const metadata = new Metadata();
    metadata.add("who", "one");
    metadata.add("who", "two");
    metadata.add("raw-bin", Buffer.from([0, 255]));
    const good = new Conversation(open("StreamAggregatedResources", metadata));
    good.sotw({ node: { id: "n" } });
    await good.answer();
    // Node joins repeated fields before grpc-js sees them.
    assert.deepEqual(seen, [["one, two"], "00ff", "127.0.0.1", false, undefined]);
    const bad = new Metadata();
    bad.add("who", "bad");
    const { code, details } = await new Conversation(open("StreamAggregatedResources", bad)).status;
    assert.deepEqual([code, details], [STATUS.PERMISSION_DENIED, "not you"]);
  });

  it("a client that goes is forgotten, and a server that stops says so", async (t) => {
    const { cache, xds, open } = await stage(t);
    cache.setAll([]);
    const leaves = new Conversation(open("StreamAggregatedResources"));
    leaves.sotw({ node: { id: "n" } });
    await leaves.answer();
    leaves.call.cancel();
    while (xds.streamCount > 0) await turn();
    const stays = new Conversation(open("StreamAggregatedResources"));
    stays.sotw({ node: { id: "n" } });
    await stays.answer();
    await xds.drain();
    assert.equal((await stays.status).code, STATUS.UNAVAILABLE);
  });

  it("a client that does not read holds little", async (t) => {
    const { cache, xds, open } = await stage(t);
    const large = "x".repeat(200_000);
    cache.set(cluster("a", `0${large}`));
    const call = open("StreamAggregatedResources");
    call.on("error", () => {});
    const request = create(DiscoveryRequestSchema, { node: { id: "n" }, typeUrl: CLUSTER });
    call.write(Buffer.from(toBinary(DiscoveryRequestSchema, request)));
    while (xds.clients()[0]?.types[0]?.sent === undefined) await turn();
    const first = xds.clients()[0]?.types[0]?.sent?.version;
    for (let i = 1; i < 20; i++) {
      cache.set(cluster("a", `${i}${large}`));
      await turn();
    }
    assert.equal(xds.clients()[0]?.types[0]?.sent?.version, first);
    call.cancel();
    while (xds.streamCount > 0) await turn();
  });
});

/** A service with one method. */
function serviceWith(open: (call: RawServerCall) => ReturnType<typeof listener>): RawService {
  return { name: "test.Raw", methods: { Call: open } };
}

function listener(events: string[] = [], onDrain: () => void = () => {}) {
  return {
    onMessage: (message: Buffer) => void events.push(`message ${message.toString()}`),
    onHalfClose: () => void events.push("half-close"),
    onDrain,
    onClose: ({ end, status }: { end: string; status: { code: number } }) =>
      void events.push(`${end} ${status.code}`),
  };
}

describe("a call of grpc-js as ours", () => {
  const call = (client: Client): ClientDuplexStream<Buffer, Buffer> =>
    client.makeBidiStreamRequest("/test.Raw/Call", asIs, asIs);

  it("tells messages, the half-close and the end, each once", async (t) => {
    const events: string[] = [];
    const client = await serve(t, [
      serviceWith((raw) => {
        const told = listener(events);
        return {
          ...told,
          onHalfClose: () => {
            told.onHalfClose();
            raw.sendHeaders(OurMetadata.of([["a", "b"]]));
            raw.write(encodeFrame(Buffer.from("hello")).bytes);
            raw.end(OK_STATUS, OurMetadata.of([["t", "1"]]));
            raw.end(OK_STATUS);
            assert.equal(raw.write(Buffer.alloc(5)), false);
          },
        };
      }),
    ]);
    const opened = call(client);
    const headers = new Promise<Metadata>((resolve) => opened.once("metadata", resolve));
    const message = new Promise<Buffer>((resolve) => opened.once("data", resolve));
    const ended = new Promise<StatusObject>((resolve) => opened.once("status", resolve));
    opened.write(Buffer.from("1"));
    opened.end(Buffer.from("2"));
    assert.deepEqual((await headers).get("a"), ["b"]);
    assert.equal((await message).toString(), "hello");
    const { code, metadata } = await ended;
    assert.deepEqual([code, metadata.get("t")], [STATUS.OK, ["1"]]);
    assert.deepEqual(events, ["message 1", "message 2", "half-close", "finished 0"]);
  });

  it("says when it is full, and when it has room", async (t) => {
    const drained = Promise.withResolvers<number>();
    const writes: boolean[] = [];
    const client = await serve(t, [
      serviceWith((raw) => {
        writes.push(raw.write(encodeFrame(Buffer.alloc(1000)).bytes));
        writes.push(raw.write(encodeFrame(Buffer.alloc(100_000)).bytes));
        return listener([], () => {
          drained.resolve(raw.bufferedBytes);
          raw.end(OK_STATUS);
        });
      }),
    ]);
    const opened = call(client);
    const ended = new Promise((resolve) => opened.once("status", resolve));
    opened.resume();
    assert.ok((await drained.promise) < 65_536);
    assert.deepEqual(writes, [true, false]);
    await ended;
  });

  it("ends alone when its handler, or a listener, throws", async (t) => {
    let isFirst = true;
    const client = await serve(t, [
      serviceWith(() => {
        if (isFirst) {
          isFirst = false;
          throw new GrpcError(STATUS.NOT_FOUND, "gone");
        }
        return { ...listener(), onMessage: () => assert.fail("a secret") };
      }),
    ]);
    const refused = new Conversation(call(client));
    assert.equal((await refused.status).code, STATUS.NOT_FOUND);
    const broken = new Conversation(call(client));
    broken.call.write(Buffer.from("x"));
    const { code, details } = await broken.status;
    assert.equal(code, STATUS.INTERNAL);
    assert.doesNotMatch(details, /secret/);
  });

  it("knows its deadline, and aborts its signal when it is over", async (t) => {
    const seen = Promise.withResolvers<RawServerCall>();
    const client = await serve(t, [
      serviceWith((raw) => {
        seen.resolve(raw);
        return listener();
      }),
    ]);
    const opened = client.makeBidiStreamRequest("/test.Raw/Call", asIs, asIs, new Metadata(), {
      deadline: Date.now() + 60_000,
    });
    opened.on("error", () => {});
    const raw = await seen.promise;
    const { timeLeftMs = 0, signal } = raw;
    assert.ok(timeLeftMs > 30_000 && timeLeftMs <= 60_000);
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    opened.cancel();
    await aborted;
    assert.equal(raw.isEnded, true);
  });
});

it("a method is registered once", () => {
  const server = new Server();
  const services = [serviceWith(() => listener())];
  mountOnGrpcJs(server, services);
  assert.throws(() => mountOnGrpcJs(server, services), /registered already/);
  server.forceShutdown();
});
