import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { DeltaTranscript, namesIn, SotwTranscript } from "./testing/transcript.ts";

const CLUSTER = TYPE_URLS.cluster;
const of = (name: string, content: string): Resource => testResource(CLUSTER, name, content);

describe("frames that streams share", () => {
  for (const kind of ["sotw", "delta"] as const) {
    it(`${kind}: equal answers are one buffer, whoever was there first`, () => {
      const rig = new StreamRig();
      rig.cache.set(CLUSTER, [of("a", "1"), of("b", "1")]);
      const clients = Array.from({ length: 3 }, () =>
        kind === "sotw"
          ? new SotwTranscript(rig, rig.sotw())
          : new DeltaTranscript(rig, rig.delta()),
      );
      for (const client of clients) client.send("cluster");
      const frames = clients.map(({ open }) => open.port.written[0]);
      assert.ok(frames[0] !== undefined && frames.every((frame) => frame === frames[0]));
      for (const client of clients) {
        client.answer();
        client.ack("cluster");
      }
      rig.cache.table(CLUSTER).edit({ set: [of("a", "2")] });
      rig.turn();
      assert.equal(new Set(clients.map(({ open }) => open.port.written[1])).size, 1);
      rig.close();
    });
  }

  it("equal answers to different names are one buffer too", () => {
    const rig = new StreamRig();
    rig.cache.set(CLUSTER, [of("a", "1"), of("b", "1"), of("c", "1")]);
    const clients = [["a", "b"], ["a", "c"], ["a"]].map((subscribe) => {
      const client = new DeltaTranscript(rig, rig.delta());
      client.send("cluster", { subscribe });
      client.answer();
      client.ack("cluster");
      return client;
    });
    rig.cache.table(CLUSTER).edit({ set: [of("a", "2")] });
    rig.turn();
    assert.equal(new Set(clients.map(({ open }) => open.port.written[1])).size, 1);
    rig.close();
  });

  it("I5: a stream that is ahead of a shared nonce gets a frame of its own", () => {
    const rig = new StreamRig();
    rig.cache.set(CLUSTER, [of("a", "1")]);
    rig.cache.set(TYPE_URLS.listener, []);
    const [first, second] = [0, 1].map(() => new SotwTranscript(rig, rig.sotw()));
    assert.ok(first !== undefined && second !== undefined);
    first.send("cluster");
    second.send("listener", { resourceNames: ["x"] });
    second.send("cluster");
    const nonces = second.answers().map(({ nonce }) => Number(nonce));
    assert.deepEqual(
      nonces,
      nonces.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(nonces).size, nonces.length);
    assert.notEqual(first.open.port.written[0], second.open.port.written.at(-1));
    rig.close();
  });

  it("I14: a transform changes what its own stream gets, and nothing else", () => {
    const rig = new StreamRig();
    rig.cache.set(CLUSTER, [of("a", "1"), of("secret", "1")]);
    const plain = new DeltaTranscript(rig, rig.delta());
    const filtered = new DeltaTranscript(
      rig,
      rig.delta({
        transform: (answer) => ({
          ...answer,
          resources: answer.resources.filter(({ name }) => name !== "secret"),
        }),
      }),
    );
    const late = new DeltaTranscript(rig, rig.delta());
    plain.send("cluster");
    const bytes = Buffer.from(plain.open.port.written[0] ?? "");
    filtered.send("cluster");
    late.send("cluster");
    assert.deepEqual(namesIn(filtered.answer()), ["a"]);
    assert.deepEqual(namesIn(late.answer()), ["a", "secret"]);
    assert.ok(plain.open.port.written[0]?.equals(bytes));
    rig.close();
  });

  it("what nobody uses for two seconds is forgotten", async () => {
    const rig = new StreamRig();
    rig.cache.set(CLUSTER, [of("a", "1")]);
    const client = new SotwTranscript(rig, rig.sotw());
    client.send("cluster");
    assert.equal(rig.clock.pending, 1);
    await rig.pass(2000);
    assert.equal(rig.clock.pending, 0);
  });
});

describe("streams that hold up or fail", () => {
  it("I15: a slow reader holds nobody up, and gets the latest state when it reads again", () => {
    const rig = new StreamRig();
    rig.cache.set(CLUSTER, [of("a", "1")]);
    const slow = new DeltaTranscript(rig, rig.delta());
    const quick = new DeltaTranscript(rig, rig.delta());
    slow.open.port.isStalled = true;
    for (const client of [slow, quick]) {
      client.send("cluster");
      client.answer();
      client.ack("cluster");
    }
    for (const content of ["2", "3", "4"]) {
      rig.cache.table(CLUSTER).edit({ set: [of("a", content)] });
      assert.equal(quick.answer().resources[0]?.content, content);
      quick.ack("cluster");
      slow.silence();
    }
    slow.open.port.isStalled = false;
    slow.open.stream.drained();
    assert.equal(slow.answer().resources[0]?.content, "4", "what lay between is skipped");
    rig.close();
  });

  it("I15: an observer that throws ends its own stream and no other", () => {
    const rig = new StreamRig();
    rig.cache.set(CLUSTER, [of("a", "1")]);
    const clients = [0, 1, 2].map(() => new SotwTranscript(rig, rig.sotw()));
    clients[1]?.open.observe({
      onAck: () => {},
      onNack: () => {},
      onSubscriptionChange: () => {},
      onSent: () => {
        throw new Error("an observer failed");
      },
    });
    for (const client of clients) client.send("cluster");
    rig.cache.table(CLUSTER).edit({ set: [of("b", "1")] });
    assert.deepEqual(
      clients.map(({ open }) => open.heard.faults.length),
      [0, 1, 0],
    );
    assert.equal(rig.cache.leaseCount, 2);
    for (const client of [clients[0], clients[2]]) {
      client?.answer();
      client?.ack("cluster");
      assert.deepEqual(namesIn(client?.answer() ?? assert.fail()), ["a", "b"]);
    }
    rig.close();
  });
});
