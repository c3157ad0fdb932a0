import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Resource } from "../resource/resource.ts";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { DeltaTranscript, namesIn } from "./testing/transcript.ts";

const endpoint = (name: string, content = "1"): Resource =>
  testResource(TYPE_URLS.endpoint, name, content);

function start(...names: readonly string[]): {
  readonly rig: StreamRig;
  readonly client: DeltaTranscript;
} {
  const rig = new StreamRig();
  rig.cache.set(
    TYPE_URLS.endpoint,
    names.map((name) => endpoint(name)),
  );
  return { rig, client: new DeltaTranscript(rig, rig.delta()) };
}

describe("acknowledgements", () => {
  it("those that say nothing else wake nobody", () => {
    const { rig, client } = start("a");
    client.send("endpoint", { subscribe: ["a"] });
    const { nonce } = client.answer();
    client.open.stream.receive({
      ...{ node: undefined, typeUrl: TYPE_URLS.endpoint, subscribe: [], unsubscribe: [] },
      ...{ initialVersions: new Map(), responseNonce: nonce, errorDetail: undefined },
    });
    assert.ok(rig.scheduler.isIdle);
    client.silence();
  });

  it("one that gives up a name under the wildcard is answered (§2.1 rule 11)", () => {
    const { client } = start("a", "b");
    client.send("endpoint", { subscribe: ["*"] });
    const { nonce } = client.answer();
    client.send("endpoint", { unsubscribe: ["a"], responseNonce: nonce });
    assert.deepEqual(namesIn(client.answer()), ["a"]);
  });

  it("what changed meanwhile follows at once", () => {
    const { rig, client } = start("a", "b");
    client.send("endpoint", { subscribe: ["a", "b"] });
    client.answer();
    rig.cache.table(TYPE_URLS.endpoint).edit({ set: [endpoint("b", "2")] });
    client.silence();
    client.ack("endpoint");
    assert.deepEqual(namesIn(client.answer()), ["b"]);
  });

  it("what changed meanwhile and was given up does not (I6)", () => {
    const { rig, client } = start("a", "b");
    client.send("endpoint", { subscribe: ["a", "b"] });
    client.answer();
    rig.cache.table(TYPE_URLS.endpoint).edit({ set: [endpoint("a", "2")] });
    client.send("endpoint", { unsubscribe: ["a"] });
    client.ack("endpoint");
    client.silence();
  });
});
