import assert from "node:assert/strict";
import { it } from "node:test";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { DeltaTranscript, namesIn, SotwTranscript } from "./testing/transcript.ts";

const NACK_RETRY = { firstMs: 1_000, maxMs: 3_000 };
const of = (name: string, content = "1") => testResource(TYPE_URLS.endpoint, name, content);

it("what is refused is sent again, in growing intervals and without end", async () => {
  const rig = new StreamRig({ nackRetry: NACK_RETRY });
  rig.cache.set(TYPE_URLS.endpoint, [of("a"), of("b")]);
  const client = new DeltaTranscript(rig, rig.delta());
  client.send("endpoint", { subscribe: ["a"] });
  client.answer();
  client.ack("endpoint");
  client.send("endpoint", { subscribe: ["b"] });
  client.answer();
  for (const waitMs of [1_000, 2_000, 3_000, 3_000]) {
    client.nack("endpoint");
    client.silence();
    await rig.pass(waitMs - 1);
    client.silence();
    await rig.pass(1);
    assert.deepEqual(namesIn(client.answer()), ["b"]);
  }
  assert.equal(client.open.heard.nacks.length, 4);
  // What is accepted at last is not sent again, and the next refusal begins anew.
  client.ack("endpoint");
  await rig.pass(60_000);
  client.silence();
  rig.cache.set(TYPE_URLS.endpoint, [of("a"), of("b", "2")]);
  client.answer();
  client.nack("endpoint");
  await rig.pass(1_000);
  assert.deepEqual(namesIn(client.answer()), ["b"]);
});

it("state of the world: clusters come in full, and a mend takes the place of the attempt", async () => {
  const rig = new StreamRig({ nackRetry: NACK_RETRY });
  const cluster = (content: string) => testResource(TYPE_URLS.cluster, "c", content);
  rig.cache.set(TYPE_URLS.cluster, [cluster("bad")]);
  const client = new SotwTranscript(rig, rig.sotw());
  client.send("cluster");
  client.answer();
  client.nack("cluster");
  await rig.pass(1_000);
  assert.equal(client.answer().resources[0]?.content, "bad");
  client.nack("cluster");
  rig.cache.set(TYPE_URLS.cluster, [cluster("good")]);
  assert.equal(client.answer().resources[0]?.content, "good");
  client.ack("cluster");
  await rig.pass(60_000);
  client.silence();
});

it("what is accepted meanwhile does not keep the rest from its attempt", async () => {
  const rig = new StreamRig({ nackRetry: NACK_RETRY });
  rig.cache.set(TYPE_URLS.endpoint, [of("a"), of("b")]);
  const client = new DeltaTranscript(rig, rig.delta());
  client.send("endpoint", { subscribe: ["a"] });
  client.answer();
  client.nack("endpoint");
  client.send("endpoint", { subscribe: ["b"] });
  client.answer();
  client.ack("endpoint");
  await rig.pass(1_000);
  assert.deepEqual(namesIn(client.answer()), ["a"]);
});

it("a stream that closes leaves no attempt behind", async () => {
  const rig = new StreamRig({ nackRetry: NACK_RETRY });
  rig.cache.set(TYPE_URLS.endpoint, [of("a")]);
  const client = new DeltaTranscript(rig, rig.delta());
  client.send("endpoint", { subscribe: ["a"] });
  client.answer();
  client.nack("endpoint");
  client.open.stream.close();
  rig.close();
  assert.equal(rig.clock.pending, 0);
  await rig.pass(10_000);
  client.silence();
});
