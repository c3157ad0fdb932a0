import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLog, VirtualClock } from "@signalbox/base";
import { GrpcError, type RawHandler, STATUS } from "@signalbox/grpc";
import { LinearCache } from "../cache/linear-cache.ts";
import { AGGREGATED_SERVICE, resourceTypeOf, TYPE_URLS } from "../resource/resource-types.ts";
import { readDeltaAnswer, readSotwAnswer, testResource } from "../stream/testing/answers.ts";
import type { RequestEvent, XdsCallbacks } from "./callbacks.ts";
import { MemoryCall } from "./testing/memory-call.ts";
import { XdsServer } from "./xds-server.ts";
import type { XdsServerOptions } from "./xds-server-options.ts";

const CLUSTER = TYPE_URLS.cluster;

/** A server whose turns the test takes. */
class Stage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly cache: LinearCache = new LinearCache(CLUSTER, {
    resources: [testResource(CLUSTER, "a", "1")],
  });
  readonly server: XdsServer;
  readonly #turns: (() => void)[] = [];

  constructor(options: Partial<XdsServerOptions> = {}) {
    this.server = new XdsServer({
      cache: this.cache,
      clock: this.clock,
      soon: (callback) => this.#turns.push(callback),
      ...options,
    });
  }

  ads(kind: "sotw" | "delta" = "sotw"): MemoryCall {
    const { service, sotwMethod, deltaMethod } = AGGREGATED_SERVICE;
    return new MemoryCall(this.server, service, kind === "sotw" ? sotwMethod : deltaMethod);
  }

  clusters(): MemoryCall {
    const service = resourceTypeOf(CLUSTER)?.service ?? "";
    return new MemoryCall(this.server, service, "StreamClusters");
  }

  turn(): void {
    for (let next = this.#turns.shift(); next !== undefined; next = this.#turns.shift()) next();
  }

  /** Everything of the server is gone. */
  async end(): Promise<void> {
    await this.server.close();
    assert.equal(this.server.streamCount, 0);
    assert.equal(this.server.heldBytes, 0);
    assert.equal(this.cache.leaseCount, 0);
    assert.equal(this.clock.pending, 0);
  }
}

describe("what a stream may ask for (xds §2.2)", () => {
  it("an aggregated stream must name a type", async () => {
    const stage = new Stage();
    const call = stage.ads();
    call.sotw({ node: { id: "n" } });
    assert.equal(call.status?.code, STATUS.INVALID_ARGUMENT);
    await stage.end();
  });

  it("a stream of one type needs not name it, and may not name another", async () => {
    const stage = new Stage();
    const call = stage.clusters();
    call.sotw({ node: { id: "n" } });
    stage.turn();
    assert.equal(readSotwAnswer(call.read() ?? assert.fail()).typeUrl, CLUSTER);
    call.sotw({ typeUrl: TYPE_URLS.listener });
    assert.equal(call.status?.code, STATUS.INVALID_ARGUMENT);
    await stage.end();
  });

  it("unless foreign types are allowed", async () => {
    const stage = new Stage({ allowForeignTypes: true });
    const call = stage.clusters();
    call.sotw({ typeUrl: TYPE_URLS.listener });
    assert.equal(call.status, undefined);
    await stage.end();
  });

  it("bytes that are no request end the stream", async () => {
    const stage = new Stage();
    const call = stage.ads();
    call.deliver(Buffer.from([0xff, 0xff, 0xff]));
    assert.equal(call.status?.code, STATUS.INVALID_ARGUMENT);
    await stage.end();
  });

  it("a node without an id is refused where one is required", async () => {
    const stage = new Stage({ requireNodeId: true });
    const call = stage.ads();
    call.sotw({ typeUrl: CLUSTER });
    assert.equal(call.status?.code, STATUS.INVALID_ARGUMENT);
    await stage.end();
  });
});

describe("limits", () => {
  const node = { id: "n" };
  const rows: readonly {
    readonly what: string;
    readonly options: Partial<XdsServerOptions>;
    readonly send: (call: MemoryCall) => void;
    readonly code: number;
  }[] = [
    {
      what: "types on a stream",
      options: { limits: { maxTypes: 1 } },
      send: (call) => {
        call.sotw({ node, typeUrl: CLUSTER });
        call.sotw({ typeUrl: "another" });
      },
      code: STATUS.RESOURCE_EXHAUSTED,
    },
    {
      what: "names of a type",
      options: { limits: { maxNames: 2 } },
      send: (call) => call.sotw({ node, typeUrl: CLUSTER, resourceNames: ["a", "b", "c"] }),
      code: STATUS.RESOURCE_EXHAUSTED,
    },
    {
      what: "the length of a name",
      options: { limits: { maxNameLength: 3 } },
      send: (call) => call.sotw({ node, typeUrl: CLUSTER, resourceNames: ["four"] }),
      code: STATUS.INVALID_ARGUMENT,
    },
    {
      what: "the length of a type's URL",
      options: { limits: { maxNameLength: 3 } },
      send: (call) => call.sotw({ node, typeUrl: "four" }),
      code: STATUS.INVALID_ARGUMENT,
    },
    {
      what: "bytes of the names of a stream, whatever their types",
      options: { limits: { maxStreamBytes: 350 } },
      send: (call) => {
        for (const typeUrl of ["one", "two", "three"]) {
          assert.equal(call.status, undefined);
          call.sotw({ node, typeUrl, resourceNames: ["name", "n"] });
          call.sotw({ typeUrl, resourceNames: ["name"] });
        }
      },
      code: STATUS.RESOURCE_EXHAUSTED,
    },
    {
      what: "bytes of a request",
      options: { limits: { maxMessageBytes: 50 } },
      send: (call) => call.sotw({ node, typeUrl: CLUSTER }),
      code: STATUS.RESOURCE_EXHAUSTED,
    },
    {
      what: "requests a second",
      options: { limits: { maxRequestsPerSecond: 1, requestBurst: 2 } },
      send: (call) => {
        for (let i = 0; i < 3; i += 1) call.sotw({ node, typeUrl: CLUSTER });
      },
      code: STATUS.RESOURCE_EXHAUSTED,
    },
  ];

  for (const { what, options, send, code } of rows) {
    it(what, async () => {
      const stage = new Stage(options);
      const call = stage.ads();
      send(call);
      assert.equal(call.status?.code, code);
      await stage.end();
    });
  }

  it("bytes of the names of all streams, until one is over", async () => {
    const stage = new Stage({ limits: { maxHeldBytes: 250 } });
    const names = { node, typeUrl: CLUSTER, resourceNames: ["n"] };
    const [first, second] = [stage.ads(), stage.ads()];
    for (const call of [first, second]) call.sotw(names);
    const third = stage.ads();
    third.sotw(names);
    assert.equal(third.status?.code, STATUS.RESOURCE_EXHAUSTED);
    first.disconnect();
    const fourth = stage.ads();
    fourth.sotw(names);
    assert.equal(fourth.status, undefined);
    await stage.end();
  });

  it("names that are given up are held until they are answered", async () => {
    const stage = new Stage({ limits: { maxStreamBytes: 1_000 } });
    const call = stage.ads("delta");
    call.delta({ node, typeUrl: CLUSTER, resourceNamesSubscribe: ["*"] });
    const giveUp = (from: number): void => {
      const resourceNamesUnsubscribe = Array.from({ length: 5 }, (_, i) => `name-${from + i}`);
      call.delta({ typeUrl: CLUSTER, resourceNamesUnsubscribe });
    };
    giveUp(0);
    assert.equal(call.isEnded, false);
    giveUp(5);
    assert.equal(call.status?.code, STATUS.RESOURCE_EXHAUSTED);
    await stage.end();
  });

  it("the length of a version that a client brings", async () => {
    const stage = new Stage({ limits: { maxNameLength: 100 } });
    const call = stage.ads("delta");
    call.delta({ node, typeUrl: "t", initialResourceVersions: { a: "v".repeat(101) } });
    assert.equal(call.status?.code, STATUS.INVALID_ARGUMENT);
    await stage.end();
  });

  it("requests at the allowed rate go on for ever", async () => {
    const stage = new Stage({ limits: { maxRequestsPerSecond: 1, requestBurst: 1 } });
    const call = stage.ads();
    for (let i = 0; i < 5; i += 1) {
      call.sotw({ node, typeUrl: CLUSTER });
      await stage.clock.advance(1000);
    }
    assert.equal(call.status, undefined);
    await stage.end();
  });

  it("new streams of the server in a second", async () => {
    const stage = new Stage({ limits: { maxNewStreamsPerSecond: 2 } });
    stage.ads();
    stage.ads();
    assert.throws(() => stage.ads(), { code: STATUS.RESOURCE_EXHAUSTED });
    await stage.clock.advance(500);
    assert.equal(stage.ads().status, undefined);
    await stage.end();
  });

  it("open streams of the server", async () => {
    const stage = new Stage({ limits: { maxStreams: 1 } });
    const first = stage.ads();
    assert.throws(() => stage.ads(), { code: STATUS.RESOURCE_EXHAUSTED });
    first.disconnect();
    assert.equal(stage.ads().status, undefined);
    await stage.end();
  });
});

describe("callbacks (xds §3)", () => {
  it("tell the life of a stream in order, and ids are of one space", async () => {
    const told: string[] = [];
    const callbacks: XdsCallbacks = {
      onStreamOpen: ({ id, kind }) => void told.push(`open ${id} ${kind}`),
      onNode: ({ id }, node) => void told.push(`node ${id} ${node.id}`),
      onRequest: ({ id }, { kind }) => void told.push(`request ${id} ${kind}`),
      onSubscriptionChange: ({ id }, _type, { wildcard }) =>
        void told.push(`wants ${id} ${wildcard}`),
      onResponse: ({ id }, { answer }) => void told.push(`answer ${id} ${answer.resources.length}`),
      onAck: ({ id }) => void told.push(`ack ${id}`),
      onNack: ({ id }, { error, resources }) =>
        void told.push(`nack ${id} ${error.code} ${resources.join()}`),
      onStreamClose: ({ id }, { end }) => void told.push(`close ${id} ${end}`),
    };
    const stage = new Stage({ callbacks });
    const call = stage.ads();
    call.sotw({ node: { id: "n" }, typeUrl: CLUSTER });
    stage.turn();
    const { nonce, version } = readSotwAnswer(call.read() ?? assert.fail());
    const errorDetail = { code: 13, message: "no" };
    call.sotw({ typeUrl: CLUSTER, responseNonce: nonce, errorDetail });
    call.sotw({ typeUrl: CLUSTER, responseNonce: nonce, errorDetail });
    call.sotw({ typeUrl: CLUSTER, responseNonce: "0", versionInfo: version });
    const delta = stage.ads("delta");
    delta.disconnect();
    call.halfClose();
    assert.deepEqual(told, [
      "open 1 sotw",
      "node 1 n",
      "request 1 spontaneous",
      "wants 1 gained",
      "answer 1 1",
      "request 1 nack",
      "nack 1 13 a",
      "request 1 spontaneous",
      "request 1 stale",
      "open 2 delta",
      "close 2 disconnected",
      "close 1 finished",
    ]);
    assert.equal(call.status?.code, STATUS.OK);
    await stage.end();
  });

  it("tell when a client says other things of itself, and pass over one that takes another id", async () => {
    const told: string[] = [];
    const gate = Promise.withResolvers<void>();
    const stage = new Stage({
      callbacks: {
        onNodeChange: async ({ id, node }, before) => {
          told.push(`change ${id} ${before.cluster} ${node?.id} ${node?.cluster}`);
          await gate.promise;
        },
        onRequest: ({ node }) => void told.push(`request ${node?.cluster}`),
      },
    });
    const call = stage.ads();
    for (const node of [
      { id: "n", cluster: "one" },
      { id: "n", cluster: "one" },
      { id: "thief", cluster: "two" },
      { id: "n", cluster: "two" },
      undefined,
    ]) {
      call.sotw({ ...(node && { node }), typeUrl: CLUSTER });
    }
    const before = ["request one", "request one", "request one", "change 1 one n two"];
    assert.deepEqual(told, before);
    gate.resolve();
    await stage.clock.advance(0);
    assert.deepEqual(told.slice(before.length), ["request two", "request two"]);
    await stage.end();
  });

  it("requests wait for asynchronous callbacks, strictly in order", async () => {
    const gates = new Map<string, () => void>();
    const gate = (name: string): Promise<void> =>
      new Promise((resolve) => gates.set(name, resolve));
    const seen: string[] = [];
    const stage = new Stage({
      callbacks: {
        onStreamOpen: () => gate("open"),
        onNode: () => gate("node"),
        onRequest: (_stream, { request }: RequestEvent) => {
          seen.push(request.typeUrl);
          return request.typeUrl === CLUSTER ? gate("request") : undefined;
        },
      },
    });
    const call = stage.ads();
    call.sotw({ node: { id: "n" }, typeUrl: CLUSTER });
    for (const name of ["open", "node", "request"]) {
      assert.ok(gates.has(name), name);
      const isLast = name === "request";
      if (isLast) for (let i = 0; i < 10; i += 1) call.sotw({ typeUrl: `type ${i}` });
      assert.deepEqual(seen, isLast ? [CLUSTER] : []);
      gates.get(name)?.();
      await stage.clock.advance(0);
    }
    assert.deepEqual(seen, [CLUSTER, ...Array.from({ length: 10 }, (_, i) => `type ${i}`)]);
    assert.equal(call.isPaused, false, "it was paused meanwhile, and goes on");
    await stage.end();
  });

  const FAILING: readonly (keyof XdsCallbacks)[] = [
    "onStreamOpen",
    "onNode",
    "onRequest",
    "onSubscriptionChange",
    "onResponse",
    "onAck",
    "transformResponse",
    "onStreamClose",
  ];
  for (const name of FAILING) {
    it(`${name}: what it throws harms its own stream alone`, async () => {
      const stage = new Stage({
        callbacks: {
          [name]: ({ id }: { readonly id: number }) => {
            if (id === 2) throw new GrpcError(STATUS.PERMISSION_DENIED, "not you");
          },
        },
      });
      const calls = [stage.ads(), stage.ads(), stage.ads()];
      for (const call of calls) {
        call.sotw({ node: { id: "n" }, typeUrl: CLUSTER });
        stage.turn();
        const message = call.read();
        if (message === undefined) continue;
        const { nonce: responseNonce } = readSotwAnswer(message);
        call.sotw({ typeUrl: CLUSTER, responseNonce });
      }
      const isLast = name === "onStreamClose";
      assert.deepEqual(
        calls.map(({ status }) => status?.code),
        [undefined, isLast ? undefined : STATUS.PERMISSION_DENIED, undefined],
      );
      stage.cache.set(testResource(CLUSTER, "b", "1"));
      stage.turn();
      assert.ok(calls[0]?.read() !== undefined);
      assert.ok(calls[2]?.read() !== undefined);
      await stage.end();
    });
  }

  it("a promise that is refused ends its stream too", async () => {
    const stage = new Stage({ callbacks: { onNode: () => Promise.reject(new Error("inside")) } });
    const call = stage.ads();
    call.sotw({ node: { id: "n" }, typeUrl: CLUSTER });
    await stage.clock.advance(0);
    assert.equal(call.status?.code, STATUS.INTERNAL);
    assert.doesNotMatch(call.status?.message ?? "", /inside/);
    await stage.end();
  });
});

describe("status and stopping", () => {
  it("tells who is connected and what each was sent, accepted and refused", async () => {
    const stage = new Stage();
    const call = stage.ads();
    call.sotw({ node: { id: "n1", cluster: "edge" }, typeUrl: CLUSTER });
    stage.turn();
    const { nonce, version } = readSotwAnswer(call.read() ?? assert.fail());
    const [before] = stage.server.clients();
    assert.deepEqual(
      Array.from(before?.types[0]?.resources() ?? [], ({ state }) => state),
      ["stale"],
    );
    call.sotw({ typeUrl: CLUSTER, responseNonce: nonce, versionInfo: version });
    const [after] = stage.server.clients();
    assert.equal(after?.stream.node?.cluster, "edge");
    assert.equal(after?.types[0]?.isWildcard, true);
    assert.deepEqual(after?.types[0]?.acked, { version, at: stage.clock.now() });
    assert.deepEqual(
      Array.from(after?.types[0]?.resources() ?? [], ({ state }) => state),
      ["synced"],
    );
    await stage.end();
    assert.deepEqual(stage.server.clients(), []);
  });

  it("a drain sends everyone away with UNAVAILABLE, and takes no one", async () => {
    const stage = new Stage();
    const calls = [stage.ads(), stage.ads("delta")];
    await Promise.all([stage.server.drain(), stage.server.drain()]);
    assert.deepEqual(
      calls.map(({ status }) => status?.code),
      [STATUS.UNAVAILABLE, STATUS.UNAVAILABLE],
    );
    assert.throws(() => stage.ads(), { code: STATUS.UNAVAILABLE });
    await stage.end();
  });

  it("serves every method of xds §1.1", async () => {
    const stage = new Stage();
    const methods = stage.server.services.flatMap(({ name, methods }) =>
      Object.entries<RawHandler | object>(methods).map(([method]) => `${name}/${method}`),
    );
    assert.equal(methods.length, 2 + 3 * 8 + 2 * 1 + 2);
    assert.equal(new Set(methods).size, methods.length);
    assert.ok(
      methods.includes("envoy.service.route.v3.ScopedRoutesDiscoveryService/DeltaScopedRoutes"),
    );
    assert.ok(!methods.some((method) => method.endsWith("/StreamVirtualHosts")));
    await stage.end();
  });
});

it("a client that refuses again and again does not fill the log", async () => {
  let lines = 0;
  const destination = { write: (line: string) => void (lines += line.split("\n").length - 1) };
  const stage = new Stage({ log: createLog({ level: "warn", destination }) });
  const call = stage.ads("delta");
  const again = { typeUrl: CLUSTER, resourceNamesSubscribe: ["a"] };
  call.delta({ node: { id: "n" }, ...again });
  const refuse = (times: number): void => {
    for (let i = 0; i < times; i++) {
      stage.turn();
      const { nonce } = readDeltaAnswer(call.read() ?? assert.fail());
      call.delta({ ...again, responseNonce: nonce, errorDetail: { code: 3, message: "no" } });
    }
  };
  refuse(1_000);
  assert.equal(lines, 10);
  await stage.clock.advance(1_000);
  refuse(10);
  assert.equal(lines, 11);
  assert.equal(call.isEnded, false);
  await stage.end();
});
