import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { resourceOf } from "./testing/answers.ts";
import { delta, sotw } from "./testing/rule-clients.ts";
import { StreamRig } from "./testing/stream-rig.ts";

const TTL = "xds.config.supports-resource-ttl";

describe("times to live (xds §1.4, §2.8)", () => {
  for (const feature of ["xds.config.resource-in-sotw", "xds.config.supports-resource-in-sotw"]) {
    it(`${feature}: wrapped, and heartbeats with their content`, async () => {
      const rig = new StreamRig();
      rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a", "1", { ttlMs: 3000 })]);
      const client = sotw(rig, { clientFeatures: new Set([feature]) });
      client.send("endpoint", { resourceNames: ["a"] });
      assert.equal(client.answer().resources[0]?.isWrapped, true);
      client.ack("endpoint", ["a"]);
      await rig.pass(1000);
      assert.equal(client.answer().resources[0]?.content, "1");
      client.open.stream.close();
    });
  }

  it("clients without a feature get bare resources and no heartbeats", async () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a", "1", { ttlMs: 3000 })]);
    const client = sotw(rig);
    client.send("endpoint", { resourceNames: ["a"] });
    assert.equal(client.answer().resources[0]?.isWrapped, false);
    client.ack("endpoint", ["a"]);
    await rig.pass(10_000);
    client.silence();
  });

  it("full-state types repeat the whole list: a part could be read as deletion", async () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.cluster, [
      resourceOf("cluster", "a", "1", { ttlMs: 3000 }),
      resourceOf("cluster", "b"),
    ]);
    const client = sotw(rig, { clientFeatures: new Set([TTL]) });
    client.send("cluster");
    client.answer();
    client.ack("cluster");
    await rig.pass(1000);
    assert.deepEqual(
      client
        .answer()
        .resources.map(({ name, content }) => [name, content])
        .toSorted(),
      [
        ["a", "1"],
        ["b", "1"],
      ],
    );
    client.open.stream.close();
  });

  it("incremental: name, version and time; suppressed after a recent send", async () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.endpoint, [
      resourceOf("endpoint", "a", "1", { ttlMs: 3000 }),
      resourceOf("endpoint", "b"),
    ]);
    const client = delta(rig);
    client.send("endpoint", { subscribe: ["a", "b"] });
    client.answer();
    client.ack("endpoint");
    await rig.pass(900);
    const changed = resourceOf("endpoint", "a", "2", { ttlMs: 3000 });
    rig.cache.table(TYPE_URLS.endpoint).edit({ set: [changed] });
    client.answer();
    client.ack("endpoint");
    await rig.pass(100);
    await rig.pass(899);
    client.silence();
    await rig.pass(1);
    assert.deepEqual(
      client
        .answer()
        .resources.map(({ name, version, ttlMs, content }) => [name, version, ttlMs, content]),
      [["a", changed.version, 3000, undefined]],
    );
    client.send("endpoint", { unsubscribe: ["a"] });
    client.ack("endpoint");
    await rig.pass(10_000);
    client.silence();
  });

  it("no timer outlives its stream (I13)", () => {
    const rig = new StreamRig({ ordering: "makeBeforeBreak" });
    rig.cache.set(TYPE_URLS.endpoint, [resourceOf("endpoint", "a", "1", { ttlMs: 3000 })]);
    const client = delta(rig);
    client.send("endpoint", { subscribe: ["a"] });
    client.answer();
    client.ack("endpoint");
    assert.ok(rig.clock.pending > 0);
    client.open.stream.close();
    rig.close();
    assert.equal(rig.clock.pending, 0);
  });

  it("virtual hosts have no heartbeats: without content they would not exist", async () => {
    const rig = new StreamRig();
    rig.cache.set(TYPE_URLS.virtualHost, [resourceOf("virtualHost", "r/a", "1", { ttlMs: 3000 })]);
    const client = delta(rig);
    client.send("virtualHost");
    client.answer();
    client.ack("virtualHost");
    await rig.pass(10_000);
    client.silence();
  });
});
