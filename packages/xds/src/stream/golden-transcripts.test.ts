import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TYPE_URLS, type ResourceTypeName } from "../resource/resource-types.ts";
import type { Resource } from "../resource/resource.ts";
import { resourceOf } from "./testing/answers.ts";
import { type RigOptions, StreamRig } from "./testing/stream-rig.ts";
import { DeltaTranscript, namesIn, SotwTranscript } from "./testing/transcript.ts";

/** The stage of one transcript. */
class Stage {
  readonly rig: StreamRig;

  constructor(options: RigOptions = {}) {
    this.rig = new StreamRig(options);
  }

  sotw(...features: readonly string[]): SotwTranscript {
    const open = this.rig.sotw({ node: { clientFeatures: new Set(features) } });
    return new SotwTranscript(this.rig, open);
  }

  delta(): DeltaTranscript {
    return new DeltaTranscript(this.rig, this.rig.delta());
  }

  /** Makes `contents` (name → content) all resources of the type. */
  set(type: ResourceTypeName, contents: Readonly<Record<string, string>>, version?: string): void {
    const resources = Object.entries(contents).map(([name, content]) =>
      resourceOf(type, name, content),
    );
    this.rig.cache.set(TYPE_URLS[type], resources, version);
  }

  put(...resources: readonly Resource[]): void {
    for (const resource of resources) {
      this.rig.cache.table(resource.typeUrl).edit({ set: [resource] });
    }
  }

  remove(type: ResourceTypeName, ...names: readonly string[]): void {
    this.rig.cache.table(TYPE_URLS[type]).edit({ delete: names });
  }
}

interface Row {
  readonly id: string;
  readonly options?: RigOptions;
  readonly play: (stage: Stage) => void | Promise<void>;
}

const TRANSCRIPTS: readonly Row[] = [
  {
    id: "G1 first contact, no config",
    play: (stage) => {
      const client = stage.sotw();
      client.send("listener");
      client.silence();
      stage.set("listener", { a: "1" }, "1");
      const answer = client.answer();
      assert.deepEqual([namesIn(answer), answer.version], [["a"], "1"]);
      assert.notEqual(answer.nonce, "");
      client.ack("listener");
      client.silence();
    },
  },
  {
    id: "G2 NACK",
    play: (stage) => {
      stage.set("cluster", { a: "bad" }, "v1");
      const client = stage.sotw();
      client.send("cluster");
      assert.equal(client.answer().version, "v1");
      client.nack("cluster");
      client.silence();
      stage.set("cluster", { a: "good" }, "v2");
      assert.equal(client.answer().version, "v2");
      client.ack("cluster");
      client.silence();
      assert.equal(client.open.heard.nacks.length, 1);
      assert.equal(client.open.heard.acks.length, 1);
    },
  },
  {
    id: "G3 update race",
    play: (stage) => {
      stage.set("endpoint", { foo: "1", bar: "1" }, "v1");
      const client = stage.sotw();
      client.send("endpoint", { resourceNames: ["foo"] });
      const first = client.answer();
      client.ack("endpoint", ["foo"]);
      stage.set("endpoint", { foo: "2", bar: "2" }, "v2");
      assert.deepEqual(namesIn(client.answer()), ["foo"]);
      const stale = { versionInfo: "v1", responseNonce: first.nonce };
      client.send("endpoint", { ...stale, resourceNames: ["foo", "bar"] });
      client.silence();
      assert.deepEqual(client.open.heard.stale, [TYPE_URLS.endpoint]);
      client.ack("endpoint", ["foo", "bar"]);
      const answer = client.answer();
      assert.deepEqual([namesIn(answer), answer.version], [["bar"], "v2"]);
    },
  },
  {
    id: "G4 legacy to explicit (SotW)",
    play: (stage) => {
      stage.set("cluster", { A: "1", B: "1" });
      const client = stage.sotw();
      client.send("cluster");
      assert.deepEqual(namesIn(client.answer()), ["A", "B"]);
      client.ack("cluster", ["*", "A"]);
      assert.deepEqual(namesIn(client.answer()), ["A", "B"]);
      client.ack("cluster", ["A"]);
      client.silence();
      stage.put(resourceOf("cluster", "B", "2"));
      client.silence();
      stage.put(resourceOf("cluster", "A", "2"));
      assert.deepEqual(namesIn(client.answer()), ["A"]);
      client.ack("cluster", []);
      stage.put(resourceOf("cluster", "A", "3"));
      client.silence();
    },
  },
  {
    id: "G5 legacy to explicit (delta)",
    play: (stage) => {
      stage.set("cluster", { A: "1", B: "1" });
      const client = stage.delta();
      client.send("cluster");
      assert.deepEqual(namesIn(client.answer()), ["A", "B"]);
      client.ack("cluster");
      client.send("cluster", { subscribe: ["A"] });
      assert.deepEqual(namesIn(client.answer()), ["A"]);
      client.ack("cluster");
      stage.put(resourceOf("cluster", "B", "2"));
      assert.deepEqual(namesIn(client.answer()), ["B"]);
      client.ack("cluster");
      client.send("cluster", { unsubscribe: ["*"] });
      client.silence();
      stage.put(resourceOf("cluster", "B", "3"), resourceOf("cluster", "A", "2"));
      assert.deepEqual(namesIn(client.answer()), ["A"]);
      client.ack("cluster");
      client.send("cluster", { unsubscribe: ["A"] });
      stage.put(resourceOf("cluster", "A", "3"));
      client.silence();
    },
  },
  {
    id: "G6 resubscribe (SotW)",
    play: (stage) => {
      stage.set("endpoint", { a: "1" }, "v1");
      const client = stage.sotw();
      client.send("endpoint", { resourceNames: ["a"] });
      const first = client.answer();
      client.ack("endpoint", ["a"]);
      client.ack("endpoint", []);
      client.silence();
      client.ack("endpoint", ["a"]);
      const again = client.answer();
      assert.deepEqual([namesIn(again), again.version], [["a"], "v1"]);
      assert.notEqual(again.nonce, first.nonce);
    },
  },
  {
    id: "G7 resubscribe (delta)",
    play: (stage) => {
      stage.set("endpoint", { a: "1" });
      const client = stage.delta();
      client.send("endpoint", { subscribe: ["a"] });
      client.answer();
      client.ack("endpoint");
      client.send("endpoint", { subscribe: ["a"] });
      assert.deepEqual(namesIn(client.answer()), ["a"]);
    },
  },
  {
    id: "G8 absent (delta)",
    play: (stage) => {
      stage.set("endpoint", {});
      const client = stage.delta();
      client.send("endpoint", { subscribe: ["x"] });
      assert.deepEqual(client.answer().removed, ["x"]);
      client.ack("endpoint");
      stage.put(resourceOf("endpoint", "x", "1"));
      assert.deepEqual(namesIn(client.answer()), ["x"]);
      client.ack("endpoint");
      stage.remove("endpoint", "x");
      assert.deepEqual(client.answer().removed, ["x"]);
    },
  },
  {
    id: "G9 overlap",
    play: (stage) => {
      stage.set("cluster", { x: "1", y: "1" });
      const client = stage.delta();
      client.send("cluster", { subscribe: ["*", "x", "z"] });
      const all = client.answer();
      assert.deepEqual([namesIn(all), all.removed], [["x", "y"], ["z"]]);
      client.ack("cluster");
      client.send("cluster", { unsubscribe: ["x"] });
      assert.deepEqual(namesIn(client.answer()), ["x"]);
      client.ack("cluster");
      client.send("cluster", { unsubscribe: ["z"] });
      const released = client.answer();
      assert.deepEqual([namesIn(released), released.removed], [[], ["z"]]);
    },
  },
  {
    id: "G10 reconnect (delta)",
    play: (stage) => {
      stage.set("cluster", { a: "1", b: "9" });
      const versionOfA = resourceOf("cluster", "a", "1").version;
      const client = stage.delta();
      client.send("cluster", {
        initialVersions: new Map([
          ["a", versionOfA],
          ["b", "h2"],
          ["c", "h3"],
        ]),
      });
      const answer = client.answer();
      assert.deepEqual([namesIn(answer), answer.removed], [["b"], ["c"]]);
      client.ack("cluster");
      client.silence();
    },
  },
  {
    id: "G11 reconnect (SotW)",
    play: (stage) => {
      stage.set("cluster", { a: "1", b: "1" }, "v7");
      const client = stage.sotw();
      client.send("cluster", { versionInfo: "v7" });
      const answer = client.answer();
      assert.deepEqual([namesIn(answer), answer.version], [["a", "b"], "v7"]);
    },
  },
  {
    id: "G12 stale delta nonce",
    play: (stage) => {
      stage.set("endpoint", { x: "1", y: "1" });
      const client = stage.delta();
      client.send("endpoint", { subscribe: ["x"] });
      const old = client.answer().nonce;
      client.ack("endpoint");
      stage.put(resourceOf("endpoint", "x", "2"));
      client.answer();
      client.send("endpoint", { subscribe: ["y"], responseNonce: old });
      assert.deepEqual(client.open.heard.stale, [TYPE_URLS.endpoint]);
      client.ack("endpoint");
      assert.deepEqual(namesIn(client.answer()), ["y"]);
    },
  },
  {
    id: "G13 unsubscribe in flight",
    play: (stage) => {
      stage.set("endpoint", { a: "1" });
      const client = stage.sotw();
      client.send("endpoint", { resourceNames: ["a"] });
      client.answer();
      stage.put(resourceOf("endpoint", "a", "2"));
      stage.rig.turn();
      client.ack("endpoint", []);
      client.silence();
    },
  },
  {
    id: "G14 deletion",
    play: (stage) => {
      stage.set("endpoint", { a: "1" });
      stage.set("cluster", { a: "1" });
      const sotw = stage.sotw();
      const delta = stage.delta();
      sotw.send("endpoint", { resourceNames: ["a"] });
      sotw.send("cluster");
      delta.send("endpoint", { subscribe: ["a"] });
      assert.equal(sotw.answers().length, 2);
      delta.answer();
      sotw.ack("endpoint", ["a"]);
      sotw.ack("cluster");
      delta.ack("endpoint");
      stage.remove("endpoint", "a");
      sotw.silence();
      assert.deepEqual(delta.answer().removed, ["a"]);
      stage.remove("cluster", "a");
      const empty = sotw.answer();
      assert.deepEqual([empty.typeUrl, namesIn(empty)], [TYPE_URLS.cluster, []]);
    },
  },
  {
    id: "G15 subset change",
    play: (stage) => {
      for (const type of ["cluster", "endpoint"] as const) {
        stage.set(type, { a: "1", b: "1", c: "1", d: "1" }, "v1");
        const client = stage.sotw();
        client.send(type, { resourceNames: ["a", "b"] });
        assert.deepEqual(namesIn(client.answer()), ["a", "b"]);
        client.ack(type, ["a", "b", "c"]);
        const expected = type === "cluster" ? ["a", "b", "c"] : ["c"];
        assert.deepEqual(namesIn(client.answer()), expected);
      }
    },
  },
  {
    id: "G16 VHDS",
    play: (stage) => {
      stage.set("virtualHost", {});
      stage.put(resourceOf("virtualHost", "r/vh1", "1", { aliases: ["r/foo.com"] }));
      const client = stage.delta();
      client.send("virtualHost", { subscribe: ["r/foo.com"] });
      const found = client.answer();
      assert.deepEqual(
        found.resources.map(({ name, aliases, content }) => [name, aliases, content]),
        [["r/vh1", ["r/foo.com"], "1"]],
      );
      client.ack("virtualHost");
      client.send("virtualHost", { subscribe: ["r/x"] });
      const unknown = client.answer();
      assert.deepEqual(
        unknown.resources.map(({ name, aliases, content }) => [name, aliases, content]),
        [["r/x", ["r/x"], undefined]],
      );
      assert.deepEqual(unknown.removed, []);
      client.ack("virtualHost");
      stage.put(resourceOf("virtualHost", "r/vh1", "2", { aliases: ["r/foo.com", "r/x"] }));
      assert.deepEqual(namesIn(client.answer()), ["r/vh1"]);
      client.ack("virtualHost");
      stage.remove("virtualHost", "r/vh1");
      assert.deepEqual(client.answer().removed, ["r/vh1"]);
    },
  },
  {
    id: "G17 glob",
    play: (stage) => {
      const dir = "xdstp://A/T/d";
      const glob = `${dir}/*`;
      stage.set("endpoint", { [`${dir}/1`]: "1", [`${dir}/2`]: "1", [`${dir}/sub/3`]: "1" });
      const client = stage.delta();
      client.send("endpoint", { subscribe: [glob] });
      assert.deepEqual(namesIn(client.answer()), [`${dir}/1`, `${dir}/2`]);
      client.ack("endpoint");
      stage.put(resourceOf("endpoint", `${dir}/3`, "1"));
      assert.deepEqual(namesIn(client.answer()), [`${dir}/3`]);
      client.ack("endpoint");
      stage.remove("endpoint", `${dir}/1`, `${dir}/2`, `${dir}/3`);
      const none = client.answer();
      assert.deepEqual(none.resources, []);
      assert.ok(none.removed.includes(glob));
      client.ack("endpoint");
      const late = stage.delta();
      late.send("endpoint", { subscribe: [glob] });
      assert.deepEqual(late.answer().removed, [glob]);
    },
  },
  {
    id: "G18 heartbeat",
    play: async (stage) => {
      stage.set("endpoint", { b: "1" });
      stage.put(resourceOf("endpoint", "a", "1", { ttlMs: 3000 }));
      const client = stage.sotw("xds.config.supports-resource-ttl");
      client.send("endpoint", { resourceNames: ["a"] });
      const first = client.answer();
      assert.deepEqual(
        first.resources.map(({ isWrapped, content, ttlMs }) => [isWrapped, content, ttlMs]),
        [[true, "1", 3000]],
      );
      client.ack("endpoint", ["a"]);
      for (let beat = 0, before = first; beat < 3; beat += 1) {
        await stage.rig.pass(999);
        client.silence();
        await stage.rig.pass(1);
        const next = client.answer();
        assert.deepEqual(
          next.resources.map(({ name, isWrapped, content }) => [name, isWrapped, content]),
          [["a", true, undefined]],
        );
        assert.equal(next.version, first.version);
        assert.notEqual(next.nonce, before.nonce);
        client.ack("endpoint", ["a"]);
        before = next;
      }
      assert.equal(client.open.heard.acks.length, 4);
      client.open.stream.close();
    },
  },
  {
    id: "G19 two ADS types",
    play: (stage) => {
      const client = stage.sotw();
      client.send("route", { resourceNames: ["r"] });
      client.send("listener");
      client.send("endpoint", { resourceNames: ["c"] });
      client.send("cluster");
      stage.set("route", { r: "1" });
      stage.set("listener", { l: "1" });
      stage.set("endpoint", { c: "1" });
      stage.set("cluster", { c: "1" });
      assert.deepEqual(
        client.answers().map(({ typeUrl }) => typeUrl),
        [TYPE_URLS.cluster, TYPE_URLS.endpoint, TYPE_URLS.listener, TYPE_URLS.route],
      );
    },
  },
  {
    id: "G19 two ADS types, make before break",
    options: { ordering: "makeBeforeBreak" },
    play: (stage) => {
      const client = stage.sotw();
      stage.set("cluster", { old: "1" });
      stage.set("route", { r: "to old" });
      client.send("cluster");
      client.send("route", { resourceNames: ["r"] });
      assert.deepEqual(namesIn(client.answer()), ["old"]);
      client.ack("cluster");
      assert.deepEqual(namesIn(client.answer()), ["r"]);
      client.ack("route", ["r"]);
      client.silence();
      stage.set("cluster", { new: "1" });
      stage.set("route", { r: "to new" });
      assert.deepEqual(namesIn(client.answer()), ["new", "old"], "the union first");
      client.silence();
      client.ack("cluster");
      assert.equal(client.answer().resources[0]?.content, "to new");
      client.silence();
      client.ack("route", ["r"]);
      assert.deepEqual(namesIn(client.answer()), ["new"], "the old one goes last");
      client.ack("cluster");
      client.silence();
    },
  },
  {
    id: "G20 sticky error",
    play: (stage) => {
      stage.set("endpoint", { a: "bad", b: "1" });
      const client = stage.sotw();
      client.send("endpoint", { resourceNames: ["a"] });
      client.answer();
      client.nack("endpoint", ["a"]);
      client.silence();
      client.nack("endpoint", ["a", "b"]);
      assert.equal(client.open.heard.nacks.length, 1);
      assert.deepEqual(namesIn(client.answer()), ["b"]);
    },
  },
];

describe("golden transcripts (xds §7.4)", () => {
  for (const { id, options, play } of TRANSCRIPTS) {
    it(id, async () => {
      const stage = new Stage(options);
      await play(stage);
      stage.rig.close();
    });
  }
});
