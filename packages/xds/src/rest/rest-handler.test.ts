import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { create, createRegistry } from "@bufbuild/protobuf";
import { resource } from "@signalbox/envoy-api";
import { ClusterSchema } from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { GrpcError, STATUS } from "@signalbox/grpc";
import { LinearCache } from "../cache/linear-cache.ts";
import { SnapshotCache } from "../cache/snapshot-cache.ts";
import { Snapshot } from "../cache/snapshot.ts";
import { Resource } from "../resource/resource.ts";
import { RESOURCE_TYPES, TYPE_URLS } from "../resource/resource-types.ts";
import type { XdsCallbacks } from "../server/callbacks.ts";
import { RestRig } from "./testing/rest-rig.ts";

const CLUSTERS = "/v3/discovery:clusters";

const cluster = (name: string, altStatName = ""): Resource =>
  new Resource(resource(create(ClusterSchema, { name, altStatName })));

function startLinear(
  t: TestContext,
  { maxHoldMs = 0, callbacks = {} }: { maxHoldMs?: number; callbacks?: XdsCallbacks } = {},
): Promise<{ readonly rig: RestRig; readonly cache: LinearCache }> {
  const cache = new LinearCache(TYPE_URLS.cluster, { resources: [cluster("a"), cluster("b")] });
  t.after(() => assert.equal(cache.leaseCount, 0));
  const options = { cache, callbacks, controlPlane: "test" };
  return RestRig.start(t, options, () => ({ maxHoldMs })).then((rig) => ({ rig, cache }));
}

const names = (answer: { readonly resources: readonly { readonly name: string }[] }): string[] =>
  answer.resources.map(({ name }) => name).toSorted();

describe("REST xDS answers as §2.9 has it", () => {
  it("answers all resources as JSON, with the field names of the protocol", async (t) => {
    const { rig, cache } = await startLinear(t);
    const answer = await rig.poll(CLUSTERS, { node: { id: "n" } });
    assert.deepEqual(names(answer), ["a", "b"]);
    assert.equal(answer.version_info, cache.version);
    assert.equal(answer.type_url, TYPE_URLS.cluster);
    assert.equal(answer.control_plane?.identifier, "test");
    assert.equal(answer.resources[0]?.["@type"], TYPE_URLS.cluster);
  });

  it("takes * for all, and else answers those of the names that exist", async (t) => {
    const { rig } = await startLinear(t);
    const all = await rig.poll(CLUSTERS, { resource_names: ["*"] });
    assert.deepEqual(names(all), ["a", "b"]);
    const some = await rig.poll(CLUSTERS, { resourceNames: ["b", "none"] });
    assert.deepEqual(names(some), ["b"]);
  });

  it("answers 304 without a body to a client that has the version", async (t) => {
    const { rig, cache } = await startLinear(t);
    const response = await rig.post(CLUSTERS, { version_info: cache.version });
    assert.equal(response.status, 304);
    assert.equal(await response.text(), "");
  });

  it("answers a client that asks for more names, whatever version it has", async (t) => {
    const { rig } = await startLinear(t);
    const one = await rig.poll(CLUSTERS, { resource_names: ["a"] });
    const both = await rig.poll(CLUSTERS, {
      version_info: one.version_info,
      resource_names: ["a", "b"],
    });
    assert.deepEqual(names(both), ["a", "b"]);
  });

  it("sends a given version literally, and 304 while it is kept", async (t) => {
    const cache = new SnapshotCache({ groupOf: () => "all" });
    cache.setSnapshot("all", Snapshot.of([cluster("a")], { version: "v7" }));
    const rig = await RestRig.start(t, { cache }, () => ({ maxHoldMs: 0 }));
    const answer = await rig.poll(CLUSTERS, { resource_names: ["a"] });
    assert.equal(answer.version_info, "v7");
    const again = { version_info: "v7", resource_names: ["a"] };
    assert.equal((await rig.post(CLUSTERS, again)).status, 304);
  });

  it("wraps resources with a time to live for clients that can read that", async (t) => {
    const mortal = new Resource({ ...resource(create(ClusterSchema, { name: "a" })), ttlMs: 1500 });
    const cache = new LinearCache(TYPE_URLS.cluster, { resources: [mortal] });
    const rig = await RestRig.start(t, { cache });
    const node = { client_features: ["xds.config.supports-resource-ttl"] };
    const { resources } = await rig.poll(CLUSTERS, { node });
    assert.deepEqual(resources, [
      {
        "@type": "type.googleapis.com/envoy.service.discovery.v3.Resource",
        name: "a",
        ttl: "1.5s",
        resource: { "@type": TYPE_URLS.cluster, name: "a" },
      },
    ]);
    assert.equal((await rig.poll(CLUSTERS, {})).resources[0]?.["@type"], TYPE_URLS.cluster);
  });

  it("passes over what a newer client says", async (t) => {
    const { rig } = await startLinear(t);
    const node = { id: "n", no_such_field: [1], extensions: [{ category: 5 }] };
    assert.deepEqual(names(await rig.poll(CLUSTERS, { node, other: {} })), ["a", "b"]);
  });

  it("serves every path of the protocol", async (t) => {
    const cache = new SnapshotCache({ groupOf: () => "all" });
    const types = RESOURCE_TYPES.map(({ typeUrl }) => typeUrl);
    cache.setSnapshot("all", Snapshot.of([], { types }));
    const rig = await RestRig.start(t, { cache });
    const paths = RESOURCE_TYPES.flatMap(({ restPath }) => restPath ?? []);
    assert.equal(paths.length, 8);
    for (const path of paths) assert.deepEqual((await rig.poll(path, {})).resources, []);
  });
});

describe("REST xDS holds polls", () => {
  it("until what was asked for changes", async (t) => {
    const { rig, cache } = await startLinear(t, { maxHoldMs: 30_000 });
    const { version_info } = await rig.poll(CLUSTERS, { resource_names: ["a"] });
    const held = rig.poll(CLUSTERS, { version_info, resource_names: ["a"] });
    await leased(cache);
    cache.set(cluster("b", "elsewhere"));
    cache.set(cluster("a", "changed"));
    const answer = await held;
    assert.equal(answer.resources[0]?.["alt_stat_name"], "changed");
  });

  it("until something is configured", async (t) => {
    const cache = new LinearCache(TYPE_URLS.cluster);
    const rig = await RestRig.start(t, { cache }, () => ({ maxHoldMs: 30_000 }));
    const held = rig.poll(CLUSTERS, {});
    await leased(cache);
    cache.setAll([]);
    assert.deepEqual((await held).resources, []);
  });

  it("until the node belongs to another group", async (t) => {
    let group = "one";
    const cache = new SnapshotCache({ groupOf: () => group });
    cache.setSnapshot("one", Snapshot.of([cluster("a")]));
    cache.setSnapshot("two", Snapshot.of([cluster("b")]));
    const rig = await RestRig.start(t, { cache }, () => ({ maxHoldMs: 30_000 }));
    const { version_info } = await rig.poll(CLUSTERS, {});
    const held = rig.poll(CLUSTERS, { version_info });
    while (cache.status().every(({ leaseCount }) => leaseCount === 0)) await turn();
    group = "two";
    cache.regroup();
    assert.deepEqual(names(await held), ["b"]);
  });

  it("no longer than it may", async (t) => {
    const { rig, cache } = await startLinear(t, { maxHoldMs: 20 });
    const held = await rig.post(CLUSTERS, { version_info: cache.version });
    assert.equal(held.status, 304);
  });

  it("no longer than the client stays", async (t) => {
    const { rig, cache } = await startLinear(t, { maxHoldMs: 30_000 });
    const gone = new AbortController();
    const held = rig.post(CLUSTERS, { version_info: cache.version }, gone.signal);
    await leased(cache);
    gone.abort();
    await assert.rejects(held);
    while (cache.leaseCount > 0) await turn();
  });

  it("no longer than the server runs", async (t) => {
    const { rig, cache } = await startLinear(t, { maxHoldMs: 30_000 });
    const held = rig.post(CLUSTERS, { version_info: cache.version });
    await leased(cache);
    await rig.xds.drain();
    assert.equal((await held).status, 304);
  });

  it("no more of them than it may", async (t) => {
    const cache = new LinearCache(TYPE_URLS.cluster, { resources: [] });
    const limits = { maxHeld: 1 };
    const rig = await RestRig.start(t, { cache }, () => ({ maxHoldMs: 30_000, limits }));
    const held = rig.post(CLUSTERS, { version_info: cache.version });
    await leased(cache);
    const other = await rig.post(CLUSTERS, { version_info: cache.version });
    assert.equal(other.status, 304);
    cache.set(cluster("a"));
    assert.equal((await held).status, 200);
  });
});

describe("REST xDS refuses", () => {
  it("what is not served, and what is not configured yet, each in its way", async (t) => {
    const cache = new LinearCache(TYPE_URLS.cluster);
    const rig = await RestRig.start(t, { cache }, () => ({ maxHoldMs: 0 }));
    assert.deepEqual(await faultOf(rig.post("/v3/discovery:nothing", {})), [404, STATUS.NOT_FOUND]);
    assert.deepEqual(await faultOf(rig.post("/v3/discovery:routes", {})), [404, STATUS.NOT_FOUND]);
    assert.deepEqual(await faultOf(rig.post(CLUSTERS, {})), [503, STATUS.UNAVAILABLE]);
  });

  it("anything but JSON by POST", async (t) => {
    const { rig } = await startLinear(t);
    assert.equal((await fetch(`${rig.url}/v3/discovery:nothing`)).status, 404);
    const get = await fetch(`${rig.url}${CLUSTERS}`);
    assert.deepEqual([get.status, get.headers.get("allow")], [405, "POST"]);
    const text = await fetch(`${rig.url}${CLUSTERS}`, { method: "POST", body: "x" });
    assert.equal(text.status, 415);
    for (const body of ["", "{", "[]", '{"node": 5}', '"x"', "[".repeat(100_000)]) {
      const fault = await faultOf(rig.post(CLUSTERS, body));
      assert.deepEqual(fault, [400, STATUS.INVALID_ARGUMENT], body.slice(0, 10));
    }
  });

  it("bodies and names that are too long", async (t) => {
    const cache = new LinearCache(TYPE_URLS.cluster, { resources: [] });
    const limits = { maxBodyBytes: 6000 };
    const rig = await RestRig.start(t, { cache }, () => ({ limits }));
    const long = { resource_names: ["x".repeat(5000)] };
    assert.deepEqual(await faultOf(rig.post(CLUSTERS, long)), [400, STATUS.INVALID_ARGUMENT]);
    const longer = rig.post(CLUSTERS, { resource_names: ["x".repeat(7000)] });
    assert.deepEqual(await faultOf(longer), [413, STATUS.RESOURCE_EXHAUSTED]);
  });

  it("what a callback refuses, and tells the other one of answers alone", async (t) => {
    const answered: string[] = [];
    const { rig, cache } = await startLinear(t, {
      callbacks: {
        onFetchRequest: ({ node }, peer) => {
          assert.deepEqual([peer.address, peer.isTls], ["127.0.0.1", false]);
          if (node?.id === "bad") throw new GrpcError(STATUS.PERMISSION_DENIED, "not you");
          if (node?.id === "worse") throw new Error("a secret");
        },
        onFetchResponse: ({ node }) => void answered.push(node?.id ?? ""),
      },
    });
    const bad = rig.post(CLUSTERS, { node: { id: "bad" } });
    assert.deepEqual(await faultOf(bad), [403, STATUS.PERMISSION_DENIED]);
    const worse = await rig.post(CLUSTERS, { node: { id: "worse" } });
    assert.equal(worse.status, 500);
    assert.doesNotMatch(await worse.text(), /secret/);
    await rig.post(CLUSTERS, { node: { id: "same" }, version_info: cache.version });
    await rig.poll(CLUSTERS, { node: { id: "good" } });
    assert.deepEqual(answered, ["good"]);
  });

  it("resources of types that its registry does not know", async (t) => {
    const cache = new LinearCache(TYPE_URLS.cluster, { resources: [cluster("a")] });
    const rig = await RestRig.start(t, { cache }, () => ({ registry: createRegistry() }));
    assert.deepEqual(await faultOf(rig.post(CLUSTERS, {})), [500, STATUS.INTERNAL]);
  });

  it("a client that leaves in the middle of its body, and goes on", async (t) => {
    const { rig } = await startLinear(t);
    const socket = connect(Number(new URL(rig.url).port), "127.0.0.1");
    socket.write(`POST ${CLUSTERS} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"no`);
    await once(socket, "connect");
    socket.destroy();
    assert.deepEqual(names(await rig.poll(CLUSTERS, {})), ["a", "b"]);
  });
});

it("REST xDS leaves other paths to whom they belong", async (t) => {
  const cache = new LinearCache(TYPE_URLS.cluster);
  const rig = await RestRig.start(t, { cache }, () => ({
    otherwise: (_request, response) => void response.end("mine"),
  }));
  assert.equal(await (await fetch(`${rig.url}/healthz`)).text(), "mine");
});

async function faultOf(response: Promise<Response>): Promise<[number, unknown]> {
  const { status, ...rest } = await response.then(async (it) => ({
    status: it.status,
    body: (await it.json()) as { readonly code: number; readonly message: string },
  }));
  assert.notEqual(rest.body.message, "");
  return [status, rest.body.code];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function leased(cache: LinearCache): Promise<void> {
  while (cache.leaseCount === 0) await turn();
}
