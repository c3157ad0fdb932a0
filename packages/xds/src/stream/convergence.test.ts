import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { DeltaTranscript, SotwTranscript } from "./testing/transcript.ts";

const TYPE = TYPE_URLS.endpoint;
const endpoint = (name: string, content: string) => testResource(TYPE, name, content);

function start(kind: "sotw" | "delta", rig: StreamRig): SotwTranscript | DeltaTranscript {
  rig.cache.set(TYPE, [endpoint("a", "1"), endpoint("b", "1")]);
  if (kind === "delta") {
    const client = new DeltaTranscript(rig, rig.delta());
    client.send("endpoint", { subscribe: ["a"] });
    return client;
  }
  const client = new SotwTranscript(rig, rig.sotw());
  client.send("endpoint", { resourceNames: ["a"] });
  return client;
}

/** State-of-the-world clients repeat what they ask for. */
function ack(client: SotwTranscript | DeltaTranscript): void {
  if (client instanceof SotwTranscript) client.ack("endpoint", ["a"]);
  else client.ack("endpoint");
}

function nack(client: SotwTranscript | DeltaTranscript): void {
  if (client instanceof SotwTranscript) client.nack("endpoint", ["a"]);
  else client.nack("endpoint");
}

for (const kind of ["sotw", "delta"] as const) {
  describe(`convergence, ${kind}`, () => {
    it("is timed from the first change that an accepted answer brings", async () => {
      const rig = new StreamRig();
      const client = start(kind, rig);
      const { heard } = client.open;
      client.answer();
      await rig.pass(500);
      ack(client);
      client.silence();
      assert.deepEqual(heard.converged, [], "a first answer is no change");

      rig.cache.table(TYPE).edit({ set: [endpoint("a", "2")] });
      client.answer();
      await rig.pass(20);
      rig.cache.table(TYPE).edit({ set: [endpoint("a", "3")] });
      await rig.pass(10);
      ack(client);
      client.answer();
      await rig.pass(5);
      ack(client);
      assert.deepEqual(heard.converged, [30, 15]);
    });

    it("counts changes that go out with others, and forgets what concerns nobody", async () => {
      const rig = new StreamRig();
      const client = start(kind, rig);
      const { heard } = client.open;
      client.answer();
      ack(client);
      client.silence();
      for (const content of ["2", "3", "4"]) {
        rig.cache.table(TYPE).edit({ set: [endpoint("a", content)] });
      }
      client.answer();
      assert.deepEqual(heard.coalesced, [TYPE, TYPE]);
      nack(client);
      client.silence();
      assert.deepEqual(heard.converged, [], "refused");
      await rig.pass(1000);
      rig.cache.table(TYPE).edit({ set: [endpoint("a", "5")] });
      client.answer();
      await rig.pass(7);
      ack(client);
      assert.deepEqual(heard.converged, [7]);
    });
  });
}
