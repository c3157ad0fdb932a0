import assert from "node:assert/strict";
import { it } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { resourceErrorsOf } from "@signalbox/envoy-api";
import {
  DeltaDiscoveryResponseSchema,
  DiscoveryResponseSchema,
} from "@signalbox/envoy-api/envoy/service/discovery/v3/discovery_pb.js";
import { FRAME_HEADER_BYTES, GrpcError, STATUS } from "@signalbox/grpc";
import { type ResourceTypeName, TYPE_URLS } from "../resource/resource-types.ts";
import type { MissingLoader } from "../table/missing-names.ts";
import { testResource } from "./testing/answers.ts";
import { StreamRig } from "./testing/stream-rig.ts";
import { DeltaTranscript, namesIn, SotwTranscript } from "./testing/transcript.ts";

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

const AWAY = new GrpcError(STATUS.UNAVAILABLE, "away");
const later = (): Promise<void> => new Promise((done) => setImmediate(done));

/** The errors of an answer, as `name code text`. */
function lastErrors(
  frame: Buffer | undefined,
  schema: typeof DiscoveryResponseSchema | typeof DeltaDiscoveryResponseSchema,
): readonly string[] {
  const message = fromBinary(schema, frame?.subarray(FRAME_HEADER_BYTES) ?? new Uint8Array());
  return resourceErrorsOf(message).map(({ resourceName, errorDetail }) =>
    [resourceName?.name, errorDetail?.code, errorDetail?.message].join(" "),
  );
}

it("why a loader failed is told, as far as it is meant for clients", async () => {
  const failures = [
    new GrpcError(STATUS.UNAVAILABLE, "the catalogue is away"),
    new Error("password rejected"),
  ];
  const stage = new Stage("endpoint", { onMissing: () => Promise.reject(failures.shift()) });
  stage.set("a");
  stage.ask("x", "y");
  await later();
  assert.deepEqual(namesIn(stage.client.answer()), []);
  assert.deepEqual(lastErrors(stage.client.open.port.written.at(-1), DiscoveryResponseSchema), [
    `x ${STATUS.UNAVAILABLE} the catalogue is away`,
    `y ${STATUS.INTERNAL} an unexpected error`,
  ]);
  stage.client.ack("endpoint", ["x", "y"]);
  stage.client.silence();
  stage.set("a", "x");
  assert.deepEqual(stage.answer("x", "y"), { has: ["x"], not: [] });
  // It was there: now it is absent, whatever became of the search before.
  stage.set("a");
  assert.deepEqual(stage.answer("x", "y"), { has: [], not: ["x"] });
});

it("who was told is not told again because another asks, unless the reason is another one", async () => {
  const failures = [undefined, AWAY];
  const stage = new Stage("endpoint", {
    onMissing: () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
    },
  });
  stage.set("a");
  stage.ask("x");
  await later();
  assert.deepEqual(stage.answer("x"), { has: [], not: ["x"] });
  const others = [1, 2].map(() => new SotwTranscript(stage.rig, stage.rig.sotw()));
  others[0]?.send("endpoint", { resourceNames: ["x"] });
  await later();
  stage.client.answer();
  const told = () => lastErrors(stage.client.open.port.written.at(-1), DiscoveryResponseSchema);
  assert.deepEqual(told(), [`x ${STATUS.UNAVAILABLE} away`]);
  stage.client.ack("endpoint", ["x"]);
  failures.push(AWAY);
  others[1]?.send("endpoint", { resourceNames: ["x"] });
  await later();
  stage.client.silence();
});

/** An incremental client that is told of errors, over a loader. */
function incremental(type: ResourceTypeName, onMissing: MissingLoader) {
  const types = { [TYPE_URLS[type]]: { reportsErrors: true } };
  const rig = new StreamRig({ rules: { types }, table: { onMissing } });
  const client = new DeltaTranscript(rig, rig.delta());
  const set = (...names: readonly string[]): void => {
    const url = TYPE_URLS[type];
    rig.cache.set(
      url,
      names.map((name) => testResource(url, name, "1")),
    );
  };
  const errors = () => lastErrors(client.open.port.written.at(-1), DeltaDiscoveryResponseSchema);
  return { client, set, errors };
}

it("incremental: absence goes in removed names, failure in errors, and both are told once", async () => {
  const { client, set, errors } = incremental("cluster", (name) => {
    if (name === "lost") throw AWAY;
  });
  set("a");
  client.send("cluster", { subscribe: ["a", "absent", "lost"] });
  await later();
  assert.deepEqual(namesIn(client.answer()), ["a"]);
  client.ack("cluster");
  assert.deepEqual(client.answer().removed, ["absent"]);
  assert.deepEqual(errors(), [`lost ${STATUS.UNAVAILABLE} away`]);
  client.ack("cluster");
  client.silence();
  set("a", "lost");
  assert.deepEqual(namesIn(client.answer()), ["lost"]);
  assert.deepEqual(errors(), []);
  client.ack("cluster");
  set("a");
  assert.deepEqual(client.answer().removed, ["lost"]);
  assert.deepEqual(errors(), []);
});

it("incremental: a name that is asked for again is looked for, and told, again", async () => {
  let searches = 0;
  const { client, set, errors } = incremental("cluster", () => {
    searches += 1;
    throw AWAY;
  });
  set();
  for (const expected of [1, 2]) {
    client.send("cluster", { subscribe: ["lost"] });
    await later();
    client.answers();
    client.ack("cluster");
    assert.equal(searches, expected);
    assert.deepEqual(errors(), [`lost ${STATUS.UNAVAILABLE} away`]);
    client.silence();
  }
});

it("incremental: a host that could not be looked for is not one that does not exist", async () => {
  let isAway = true;
  const { client, set, errors } = incremental("virtualHost", () => {
    if (isAway) throw AWAY;
  });
  set();
  client.send("virtualHost", { subscribe: ["r/shop.example"] });
  await later();
  assert.deepEqual(namesIn(client.answer()), []);
  assert.deepEqual(errors(), [`r/shop.example ${STATUS.UNAVAILABLE} away`]);
  client.ack("virtualHost");
  isAway = false;
  client.send("virtualHost", { subscribe: ["r/shop.example"] });
  await later();
  const [host] = client.answer().resources;
  assert.deepEqual(host?.aliases, ["r/shop.example"]);
  assert.deepEqual(errors(), []);
});

it("incremental: where absence has no other word, it is an error", () => {
  const rig = new StreamRig({
    rules: { types: { [TYPE_URLS.secret]: { reportsErrors: true } } },
  });
  rig.cache.set(TYPE_URLS.secret, []);
  const plain = new DeltaTranscript(rig, rig.delta());
  plain.send("secret", { subscribe: ["key"] });
  assert.deepEqual(plain.answer().removed, []);
  assert.deepEqual(lastErrors(plain.open.port.written.at(-1), DeltaDiscoveryResponseSchema), [
    `key ${STATUS.NOT_FOUND} there is no such resource`,
  ]);
  plain.ack("secret");
  plain.silence();
});
