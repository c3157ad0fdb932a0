import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { ClusterSchema } from "@signalbox/envoy-api/envoy/config/cluster/v3/cluster_pb.js";
import { SnapshotCache } from "../cache/snapshot-cache.ts";
import { Snapshot } from "../cache/snapshot.ts";
import { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { UNKNOWN_NODE } from "../wire/decode-node.ts";
import type { Node } from "../wire/node.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { resourceOf } from "./testing/answers.ts";
import { delta, sotw } from "./testing/rule-clients.ts";
import { namesIn } from "./testing/transcript.ts";

describe("refusals (xds §2.7)", () => {
  it("a retry sends again what was refused, and only that", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a"), resourceOf("endpoint", "b")]);
    const client = delta(rig);
    client.send("endpoint", { subscribe: ["a"] });
    client.answer();
    client.ack("endpoint");
    client.send("endpoint", { subscribe: ["b"] });
    client.answer();
    client.nack("endpoint");
    client.silence();
    client.open.stream.retry(TYPE_URLS.endpoint);
    assert.deepEqual(namesIn(client.answer()), ["b"]);
  });

  it("a refused version is no news when it comes back, another one is", () => {
    const rig = new StreamRig();
    const table = rig.cache.table(TYPE_URLS.endpoint);
    table.edit({ set: [resourceOf("endpoint", "a", "bad")] });
    const client = sotw(rig);
    client.send("endpoint", { resourceNames: ["a"] });
    client.answer();
    client.nack("endpoint", ["a"]);
    table.edit({ set: [resourceOf("endpoint", "a", "good")] });
    table.edit({ set: [resourceOf("endpoint", "a", "bad")] });
    client.silence();
    table.edit({ set: [resourceOf("endpoint", "a", "good")] });
    assert.equal(client.answer().resources[0]?.content, "good");
  });

  it("the status keeps sent, accepted and refused versions apart", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.cluster, [resourceOf("cluster", "a")], "v1");
    const client = sotw(rig);
    client.send("cluster");
    client.answer();
    client.ack("cluster");
    rig.cache.set(
      TYPE_URLS.cluster,
      [resourceOf("cluster", "a", "2"), resourceOf("cluster", "b")],
      "v2",
    );
    client.answer();
    client.nack("cluster");
    const machine = client.open.stream.type(TYPE_URLS.cluster);
    assert.equal(machine?.ledger.lastAcked?.version, "v1");
    assert.equal(machine?.ledger.lastNacked?.version, "v2");
    assert.equal(machine?.ledger.lastNacked?.error.message, "refused");
    assert.deepEqual(
      Array.from(machine?.status() ?? [], ({ name, state }) => [name, state]).toSorted(),
      [
        ["a", "error"],
        ["b", "error"],
      ],
    );
  });
});

describe("nonces (xds §2.1, §2.2)", () => {
  it("a client that loses the nonce is understood by the version that it names", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.cluster, [resourceOf("cluster", "a")], "v1");
    const client = sotw(rig);
    client.send("cluster");
    client.answer();
    client.send("cluster", { versionInfo: "v1" });
    assert.equal(client.open.heard.acks.length, 1);
    rig.cache.set(TYPE_URLS.cluster, [resourceOf("cluster", "a", "2")], "v2");
    assert.equal(client.answer().version, "v2");
  });

  it("requests before the first answer arrive each count, with one answer in flight", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a"), resourceOf("endpoint", "b")]);
    const client = sotw(rig);
    client.send("endpoint", { resourceNames: ["a"] });
    client.send("endpoint", { resourceNames: ["a", "b"] });
    assert.deepEqual(namesIn(client.answer()), ["a"]);
    client.ack("endpoint", ["a", "b"]);
    assert.deepEqual(namesIn(client.answer()), ["b"]);
  });

  it("an outdated request gets no answer and changes no subscription, however late", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a"), resourceOf("endpoint", "b")]);
    const client = sotw(rig);
    client.send("endpoint", { resourceNames: ["a"] });
    const first = client.answer();
    client.ack("endpoint", ["a"]);
    rig.cache.table(TYPE_URLS.endpoint).edit({ set: [resourceOf("endpoint", "a", "2")] });
    client.answer();
    client.ack("endpoint", ["a"]);
    client.send("endpoint", { resourceNames: ["a", "b"], responseNonce: first.nonce });
    client.silence();
    rig.cache.table(TYPE_URLS.endpoint).edit({ set: [resourceOf("endpoint", "b", "2")] });
    client.silence();
  });

  it("what an outdated request no longer named is sent when it is named again", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a"), resourceOf("endpoint", "b")]);
    const client = sotw(rig);
    client.send("endpoint", { resourceNames: ["a", "b"] });
    const first = client.answer();
    client.ack("endpoint", ["a", "b"]);
    rig.cache.table(TYPE_URLS.endpoint).edit({ set: [resourceOf("endpoint", "b", "2")] });
    client.answer();
    client.send("endpoint", { resourceNames: ["b"], responseNonce: first.nonce });
    client.silence();
    client.ack("endpoint", ["a", "b"]);
    assert.deepEqual(namesIn(client.answer()), ["a"]);
  });

  it("so is everything, when an outdated request gave up the wildcard", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a"), resourceOf("endpoint", "b")]);
    const client = sotw(rig);
    client.send("endpoint", { resourceNames: ["*"] });
    const first = client.answer();
    client.ack("endpoint", ["*"]);
    rig.cache.set(TYPE_URLS.endpoint, [
      resourceOf("endpoint", "a", "2"),
      resourceOf("endpoint", "b"),
    ]);
    assert.deepEqual(namesIn(client.answer()), ["a"]);
    client.send("endpoint", { resourceNames: ["a"], responseNonce: first.nonce });
    client.silence();
    client.ack("endpoint", ["*"]);
    assert.deepEqual(namesIn(client.answer()), ["a", "b"]);
  });
});

describe("unknown and changed tables", () => {
  it("a cleared type is silence, not deletion, and its clients hear again later", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.cluster, [resourceOf("cluster", "a")]);
    const clients = [sotw(rig), delta(rig)];
    for (const client of clients) {
      client.send("cluster");
      client.answer();
      client.ack("cluster");
    }
    rig.cache.table(TYPE_URLS.cluster).become(undefined);
    for (const client of clients) client.silence();
    rig.cache.set(TYPE_URLS.cluster, [resourceOf("cluster", "a"), resourceOf("cluster", "b")]);
    const [full, increment] = clients.map((client) => client.answer());
    assert.deepEqual(full && namesIn(full), ["a", "b"]);
    assert.deepEqual(increment && namesIn(increment), ["b"]);
  });

  it("a first answer is owed even when it is empty, once the type is known", () => {
    const rig = new StreamRig();
    const clients = [sotw(rig), delta(rig)];
    for (const client of clients) {
      client.send("cluster");
      client.silence();
    }
    rig.cache.set(TYPE_URLS.cluster, []);
    for (const client of clients) assert.deepEqual(client.answer().resources, []);
  });

  it("a version that the caller changes alone is told to state-of-the-world clients", () => {
    const rig = new StreamRig();
    for (const type of ["cluster", "endpoint"] as const) {
      rig.cache.set(TYPE_URLS[type], [resourceOf(type, "a")], "v1");
      const client = sotw(rig);
      const increments = delta(rig);
      client.send(type, { resourceNames: ["a"] });
      increments.send(type, { subscribe: ["a"] });
      client.answer();
      client.ack(type, ["a"]);
      increments.answer();
      increments.ack(type);
      rig.cache.set(TYPE_URLS[type], [resourceOf(type, "a")], "v2");
      assert.equal(client.answer().version, "v2");
      client.ack(type, ["a"]);
      client.silence();
      increments.silence();
    }
  });

  it("a node that moves to another group gets the difference", () => {
    let group = "one";
    const cache = new SnapshotCache({ groupOf: () => group });
    const resources = (content: string, ...names: readonly string[]): Resource[] =>
      names.map((name) => resourceOf("cluster", name, name === "b" ? content : "same"));
    cache.setSnapshot("one", Snapshot.of(resources("1", "a", "b", "c")));
    cache.setSnapshot("two", Snapshot.of(resources("2", "a", "b", "d")));
    const rig = new StreamRig({ cache });
    const wildcard = delta(rig, { id: "n" });
    const named = delta(rig, { id: "n" });
    wildcard.send("cluster");
    named.send("cluster", { subscribe: ["b", "c"] });
    for (const client of [wildcard, named]) {
      client.answer();
      client.ack("cluster");
    }
    group = "two";
    cache.regroup();
    const moved = wildcard.answer();
    assert.deepEqual([namesIn(moved), moved.removed], [["b", "d"], ["c"]]);
    const movedNames = named.answer();
    assert.deepEqual([namesIn(movedNames), movedNames.removed], [["b"], ["c"]]);
  });

  it("a node that says other things of itself is of another group, and stays there", () => {
    const groupOf = ({ cluster }: Node): string => cluster;
    let isMoved = false;
    const cache = new SnapshotCache({
      groupOf: (node) => (isMoved && groupOf(node) === "two" ? "three" : groupOf(node)),
    });
    cache.setSnapshot(
      "one",
      Snapshot.of([resourceOf("cluster", "a", "same"), resourceOf("cluster", "b")]),
    );
    const two = [
      resourceOf("cluster", "a", "same"),
      resourceOf("cluster", "c"),
      resourceOf("endpoint", "e"),
    ];
    cache.setSnapshot("two", Snapshot.of(two));
    cache.setSnapshot("three", Snapshot.of([resourceOf("cluster", "d")]));
    const rig = new StreamRig({ cache });
    const node = { id: "n", cluster: "one" };
    const client = delta(rig, node);
    const says = (more: Partial<Node>): void =>
      client.open.stream.nodeChanged({ ...UNKNOWN_NODE, ...node, ...more });
    client.send("cluster");
    client.answer();
    client.ack("cluster");
    says({ bytes: Buffer.from("other metadata, the same group") });
    client.silence();
    says({ cluster: "two" });
    const moved = client.answer();
    assert.deepEqual([namesIn(moved), moved.removed], [["c"], ["b"]]);
    client.ack("cluster");
    // What it asks for now is of the new group, and so it is when the rule changes.
    client.send("endpoint", { subscribe: ["e"] });
    assert.deepEqual(namesIn(client.answer()), ["e"]);
    isMoved = true;
    cache.regroup();
    const answers = client.answers().filter(({ typeUrl }) => typeUrl === TYPE_URLS.cluster);
    assert.deepEqual(answers.flatMap(namesIn), ["d"]);
    assert.deepEqual(answers.flatMap(({ removed }) => removed).toSorted(), ["a", "c"]);
    client.open.stream.close();
    assert.deepEqual(
      cache.status().map(({ leaseCount }) => leaseCount),
      [0, 0, 0],
    );
  });

  it("a node that stays in its group asks for nothing anew", async () => {
    const asked: string[] = [];
    const onMissing = ({ name }: { readonly name: string }): void => void asked.push(name);
    const cache = new SnapshotCache({ groupOf: () => "all", onMissing });
    cache.setSnapshot("all", Snapshot.of([resourceOf("cluster", "a")]));
    const rig = new StreamRig({ cache });
    const client = delta(rig);
    client.send("cluster", { subscribe: ["a", "x"] });
    const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    client.answer();
    client.ack("cluster");
    await later();
    assert.deepEqual(client.answer().removed, ["x"]);
    client.open.stream.nodeChanged({ ...UNKNOWN_NODE, bytes: Buffer.from("other metadata") });
    client.ack("cluster");
    await later();
    client.silence();
    assert.deepEqual(asked, ["x"]);
  });

  it("a type that no cache serves is silence", () => {
    const rig = new StreamRig({ cache: { lease: () => undefined } });
    const client = delta(rig);
    client.send("cluster");
    client.silence();
    client.open.stream.close();
  });
});

describe("rules of types", () => {
  it("extensions are never removed, since requests would fail (§2.5)", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.extension, [resourceOf("extension", "a")]);
    const client = delta(rig);
    client.send("extension", { subscribe: ["a"] });
    client.answer();
    client.ack("extension");
    rig.cache.table(TYPE_URLS.extension).edit({ delete: ["a"] });
    client.silence();
    rig.cache.set(TYPE_URLS.extension, [resourceOf("extension", "a", "2")]);
    assert.deepEqual(namesIn(client.answer()), ["a"]);
  });

  it("absence is told once, also when everything is looked at again (I8)", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a")]);
    const client = delta(rig);
    client.send("endpoint", { subscribe: ["a", "b"] });
    assert.deepEqual(client.answer().removed, ["b"]);
    client.ack("endpoint");
    rig.cache.table(TYPE_URLS.endpoint).edit({ delete: ["a"] });
    assert.deepEqual(client.answer().removed, ["a"]);
    client.ack("endpoint");
    rig.cache.set(TYPE_URLS.endpoint, [], "v2");
    client.silence();
  });

  it("reports of absence can be switched off for a type", () => {
    const rig = new StreamRig({
      rules: { types: { [TYPE_URLS.endpoint]: { reportsAbsence: false } } },
    });
    rig.cache.set(TYPE_URLS.endpoint, []);
    const client = delta(rig);
    client.send("endpoint", { subscribe: ["a"] });
    client.silence();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a")]);
    assert.deepEqual(namesIn(client.answer()), ["a"]);
  });

  it("a secret that is not there is waited for: no listener may open without it", () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.secret, []);
    const client = delta(rig);
    client.send("secret", { subscribe: ["certificate"] });
    client.silence();
    rig.cache.set(TYPE_URLS.secret, [resourceOf("secret", "certificate")]);
    assert.deepEqual(namesIn(client.answer()), ["certificate"]);
  });

  it("the user says what emptiness means to a node (§2.4 [R])", () => {
    const rig = new StreamRig({
      rules: {
        wildcardResolver: ({ userAgentName }, typeUrl) =>
          userAgentName === "grpc" ? false : typeUrl === TYPE_URLS.endpoint || undefined,
      },
    });
    for (const type of ["cluster", "endpoint"] as const) {
      rig.cache.set(TYPE_URLS[type], [resourceOf(type, "a")]);
      const proxy = sotw(rig);
      proxy.send(type);
      assert.deepEqual(namesIn(proxy.answer()), ["a"]);
      const grpc = sotw(rig, { userAgentName: "grpc" });
      grpc.send(type);
      grpc.silence();
    }
  });

  it("while a loader looks for a name, nobody says that it is absent (G16)", async () => {
    const loaded = Promise.withResolvers<void>();
    const rig = new StreamRig({ table: { onMissing: () => loaded.promise } });
    rig.cache.set(TYPE_URLS.virtualHost, []);
    const client = delta(rig);
    client.send("virtualHost", { subscribe: ["*", "r/late.com"] });
    assert.deepEqual(client.answer().resources, [], "the wildcard is answered at once");
    client.ack("virtualHost");
    client.silence();
    loaded.resolve();
    await loaded.promise;
    await rig.pass(0);
    assert.deepEqual(
      client.answer().resources.map(({ name, content }) => [name, content]),
      [["r/late.com", undefined]],
    );
  });
});

describe("endpoints of updated clusters (xds §2.1 rule 16)", () => {
  const cluster = (name: string, serviceName: string, altStatName: string): Resource => {
    const init = { name, altStatName, edsClusterConfig: { serviceName } };
    const bytes = toBinary(ClusterSchema, create(ClusterSchema, init));
    return new Resource({ typeUrl: TYPE_URLS.cluster, name, bytes });
  };
  const CASES = [
    ["envoy", true],
    ["grpc-go", false],
  ] as const;

  for (const [userAgentName, isAgain] of CASES) {
    it(`${userAgentName}: ${isAgain ? "sent again" : "silence"}`, () => {
      const rig = new StreamRig();
      const node = { ...UNKNOWN_NODE, userAgentName };
      rig.cache.set(TYPE_URLS.cluster, [cluster("a", "svc", "1"), cluster("b", "", "1")]);
      rig.cache.set(TYPE_URLS.endpoint, [
        resourceOf("endpoint", "svc"),
        resourceOf("endpoint", "b"),
      ]);
      const client = delta(rig, node);
      client.send("cluster");
      client.send("endpoint", { subscribe: ["svc", "b"] });
      assert.equal(client.answers().length, 2);
      client.ack("cluster");
      client.ack("endpoint");
      client.silence();
      const table = rig.cache.table(TYPE_URLS.cluster);
      table.edit({ set: [cluster("a", "svc", "2")] });
      const after = client.answers().map((answer) => [answer.typeUrl, namesIn(answer)]);
      const update = [TYPE_URLS.cluster, ["a"]];
      assert.deepEqual(after, isAgain ? [update, [TYPE_URLS.endpoint, ["svc"]]] : [update]);
    });
  }

  it("a client that reconnects with endpoints gets those of the clusters that changed", () => {
    const rig = new StreamRig();
    const endpoints = [resourceOf("endpoint", "a"), resourceOf("endpoint", "b")];
    const clusters = [cluster("a", "", "2"), cluster("b", "", "1")];
    rig.cache.set(TYPE_URLS.cluster, clusters);
    rig.cache.set(TYPE_URLS.endpoint, endpoints);
    const client = delta(rig, { userAgentName: "envoy" });
    const versions = (list: readonly Resource[]): Map<string, string> =>
      new Map(list.map(({ name, version }) => [name, version]));
    client.send("cluster", { initialVersions: versions(clusters).set("a", "old") });
    assert.deepEqual(namesIn(client.answer()), ["a"]);
    const initialVersions = versions(endpoints);
    client.send("endpoint", { subscribe: ["a", "b"], initialVersions });
    assert.deepEqual(namesIn(client.answer()), ["a"]);
  });
});

describe("order (xds §2.3 [R])", () => {
  it("make before break does not wait for ever for a client's word", async () => {
    const rig = new StreamRig({ ordering: "makeBeforeBreak", ackTimeoutMs: 1000 });
    rig.cache.set(TYPE_URLS.cluster, [resourceOf("cluster", "a")]);
    rig.cache.set(TYPE_URLS.listener, [resourceOf("listener", "l")]);
    const client = sotw(rig);
    client.send("cluster");
    client.send("listener");
    assert.equal(client.answer().typeUrl, TYPE_URLS.cluster);
    await rig.pass(999);
    client.silence();
    await rig.pass(1);
    assert.equal(client.answer().typeUrl, TYPE_URLS.listener);
    client.open.stream.close();
  });
});
