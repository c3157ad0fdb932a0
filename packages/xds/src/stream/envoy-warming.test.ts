import assert from "node:assert/strict";
import { it } from "node:test";
import { type ResourceTypeName, TYPE_URLS } from "../resource/resource-types.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { namesIn, SotwTranscript } from "./testing/transcript.ts";

// Seen in e2e/envoy, with Envoy 1.40; replayed here without it.

class Stage {
  readonly rig = new StreamRig({ ordering: "makeBeforeBreak" });
  readonly client = new SotwTranscript(
    this.rig,
    this.rig.sotw({ node: { userAgentName: "envoy" } }),
  );

  /** Makes `contents` (name → content) all resources of the type. */
  set(type: ResourceTypeName, contents: Readonly<Record<string, string>>): void {
    const typeUrl = TYPE_URLS[type];
    const resources = Object.entries(contents).map(([name, content]) =>
      testResource(typeUrl, name, content),
    );
    this.rig.cache.set(typeUrl, resources);
  }

  /** The client has one cluster, its endpoints, its secret and the routes to it. */
  configure(): void {
    const names = { endpoint: ["c"], secret: ["s"], route: ["r"] } as const;
    this.set("cluster", { c: "1" });
    this.client.send("cluster");
    this.client.answer();
    this.client.ack("cluster");
    for (const [type, of] of Object.entries(names) as [keyof typeof names, readonly string[]][]) {
      this.set(type, { [of[0] ?? ""]: "1" });
      this.client.send(type, { resourceNames: of });
      this.client.answer();
      this.client.ack(type, of);
    }
    this.client.silence();
  }
}

it("what clusters warm by does not wait for the word on clusters; routes do", () => {
  const stage = new Stage();
  const { client } = stage;
  stage.configure();
  stage.set("route", { r: "2" });
  stage.set("secret", { s: "2" });
  stage.set("endpoint", { c: "2" });
  stage.set("cluster", { c: "2" });
  const sent = client.answers().map(({ typeUrl }) => typeUrl);
  assert.deepEqual(sent, [TYPE_URLS.cluster, TYPE_URLS.endpoint, TYPE_URLS.secret]);
  client.ack("endpoint", ["c"]);
  client.ack("secret", ["s"]);
  client.silence();
  client.ack("cluster");
  assert.equal(client.answer().resources[0]?.content, "2");
  stage.rig.close();
});

it("what the client never accepted is not kept in the list on its behalf", () => {
  const stage = new Stage();
  const { client } = stage;
  stage.configure();
  stage.set("cluster", { c: "2", broken: "1" });
  client.answers();
  client.nack("cluster");
  client.answers();
  stage.set("cluster", { c: "3" });
  const list = client.answers().find(({ typeUrl }) => typeUrl === TYPE_URLS.cluster);
  assert.deepEqual(list && namesIn(list), ["c"]);
  stage.rig.close();
});
