import assert from "node:assert/strict";
import { it } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { resourceErrorsOf } from "@signalbox/envoy-api";
import { DiscoveryResponseSchema } from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { FRAME_HEADER_BYTES, STATUS } from "@signalbox/grpc";
import { type ResourceTypeName, TYPE_URLS } from "../resource/resource-types.ts";
import type { MissingLoader } from "../table/missing-names.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { namesIn, SotwTranscript } from "./testing/transcript.ts";

class Stage {
  readonly rig: StreamRig;
  readonly client: SotwTranscript;
  readonly #type: ResourceTypeName;

  constructor(type: ResourceTypeName, options: { readonly onMissing?: MissingLoader } = {}) {
    this.#type = type;
    const types = { [TYPE_URLS[type]]: { reportsErrors: true } };
    this.rig = new StreamRig({ rules: { types }, table: options });
    this.client = new SotwTranscript(this.rig, this.rig.sotw());
  }

  set(...names: readonly string[]): void {
    const url = TYPE_URLS[this.#type];
    this.rig.cache.set(
      url,
      names.map((name) => testResource(url, name, "1")),
    );
  }

  ask(...names: readonly string[]): void {
    this.client.send(this.#type, { resourceNames: names });
  }

  /** The next answer, accepted: what it has, and what it says does not exist. */
  answer(...names: readonly string[]): { readonly has: readonly string[]; readonly not: string[] } {
    const answer = this.client.answer();
    const frame = this.client.open.port.written.at(-1) ?? Buffer.alloc(0);
    const message = fromBinary(DiscoveryResponseSchema, frame.subarray(FRAME_HEADER_BYTES));
    const not = resourceErrorsOf(message).map(({ resourceName, errorDetail }) => {
      assert.equal(errorDetail?.code, STATUS.NOT_FOUND);
      return resourceName?.name ?? "";
    });
    this.client.ack(this.#type, names);
    return { has: namesIn(answer), not };
  }
}

it("a name that does not exist is told once, and what comes later is sent", () => {
  const stage = new Stage("endpoint");
  stage.set("a");
  stage.ask("a", "x");
  assert.deepEqual(stage.answer("a", "x"), { has: ["a"], not: ["x"] });
  stage.client.silence();
  stage.set("a", "x");
  assert.deepEqual(stage.answer("a", "x"), { has: ["x"], not: [] });
  stage.set("a");
  assert.deepEqual(stage.answer("a", "x"), { has: [], not: ["x"] });
  stage.client.silence();
});

it("a name that is asked for again is told again", () => {
  const stage = new Stage("endpoint");
  stage.set("a");
  stage.ask("a", "x");
  stage.answer("a");
  stage.client.silence();
  stage.client.ack("endpoint", ["a", "x"]);
  assert.deepEqual(stage.answer("a", "x"), { has: [], not: ["x"] });
});

it("clusters are listed in full beside the errors", () => {
  const stage = new Stage("cluster");
  stage.set("a", "b");
  stage.ask("a");
  assert.deepEqual(stage.answer("a", "b", "x"), { has: ["a"], not: [] });
  assert.deepEqual(stage.answer("a", "b", "x", "y"), { has: ["a", "b"], not: ["x"] });
  assert.deepEqual(stage.answer("a", "b", "x", "y"), { has: ["a", "b"], not: ["y"] });
  stage.client.silence();
});

it("nothing is said of a name while a loader looks for it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stage = new Stage("endpoint", { onMissing: () => promise });
  stage.set("a");
  stage.ask("a", "x");
  assert.deepEqual(stage.answer("a", "x"), { has: ["a"], not: [] });
  resolve();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(stage.answer("a", "x"), { has: [], not: ["x"] });
});

it("nobody is told who did not opt in, nor anything under the wildcard", () => {
  const stage = new Stage("endpoint");
  stage.set("a");
  stage.ask("*");
  assert.deepEqual(stage.answer("*"), { has: ["a"], not: [] });
  stage.set();
  stage.client.silence();
  const plain = new SotwTranscript(stage.rig, stage.rig.sotw());
  plain.send("cluster", { resourceNames: ["x"] });
  stage.rig.cache.set(TYPE_URLS.cluster, []);
  plain.answer();
  const frame = plain.open.port.written.at(-1) ?? Buffer.alloc(0);
  const message = fromBinary(DiscoveryResponseSchema, frame.subarray(FRAME_HEADER_BYTES));
  assert.deepEqual(resourceErrorsOf(message), []);
});
