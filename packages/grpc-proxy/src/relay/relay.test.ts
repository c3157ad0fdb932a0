import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:http2";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Metadata as JsMetadata, Server, ServerCredentials, status as js } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import {
  type CallOutcome,
  encodeFrame,
  GrpcError,
  Metadata,
  OK_STATUS,
  type RawHandler,
  STATUS,
} from "@signalbox/grpc";
import { createProxy } from "../proxy.ts";
import { fields, JsClient, toMany } from "../testing/js-client.ts";
import { Rig } from "../testing/rig.ts";
import { listener, useServer } from "../testing/use-server.ts";
import { useBlackHole } from "../testing/use-sockets.ts";

const echo: RawHandler = (call) =>
  listener({
    onMessage: (message) => void call.write(encodeFrame(message).bytes),
    onHalfClose: () => call.end(OK_STATUS),
  });

const HOUR_MS = 3_600_000;

const toOne = (node: string): JsMetadata => fields(["node", node]);

test("client metadata reaches the backend, repeated and binary fields too", async (t) => {
  const seen: Metadata[] = [];
  const node = await useServer(t, (call) => {
    seen.push(call.metadata);
    return echo(call);
  });
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const metadata = fields(["node", node.address], ["key", "a"], ["key", "b"]);
  metadata.set("x-bin", Buffer.from([1, 2, 255]));
  for (let i = 0; i < 50; i++) {
    const { error, reply } = await client.unary(metadata, `hello ${i}`);
    assert.equal(error, null);
    assert.equal(reply?.toString(), `hello ${i}`);
  }
  assert.equal(seen.length, 50);
  for (const one of seen) {
    assert.deepEqual(one.getAll("key"), ["a", "b"]);
    assert.deepEqual(one.getBinary("x-bin"), Buffer.from([1, 2, 255]));
  }
});

test("headers and trailers arrive, with exactly one key of ours in the trailers", async (t) => {
  const node = await useServer(t, (call) => {
    call.sendHeaders(Metadata.of([["x-head", "h"]]));
    return listener({
      onMessage: (message) => void call.write(encodeFrame(message).bytes),
      onHalfClose: () => call.end(OK_STATUS, Metadata.of([["x-tail", "t"]])),
    });
  });
  const rig = await Rig.use(t);
  const answer = await new JsClient(t, rig.address).unary(toOne(node.address), "hi");
  assert.deepEqual(answer.headers?.get("x-head"), ["h"]);
  assert.deepEqual(answer.trailers?.getMap(), { "x-tail": "t" });
});

test("an error of the backend keeps code, text, details and trailers", async (t) => {
  const details = Buffer.from("08051204676f6e65", "hex");
  const node = await useServer(t, (call) =>
    listener({
      onHalfClose: () =>
        call.end(
          { code: STATUS.NOT_FOUND, message: "naïve 100%", details },
          Metadata.of([["x-why", "gone"]]),
        ),
    }),
  );
  const rig = await Rig.use(t);
  const { error } = await new JsClient(t, rig.address).unary(toOne(node.address));
  assert.equal(error?.code, js.NOT_FOUND);
  assert.equal(error.details, "naïve 100%");
  assert.deepEqual(error.metadata.get("x-why"), ["gone"]);
  assert.deepEqual(error.metadata.get("grpc-status-details-bin"), [details]);
});

test("packed replies stay packed for callers that can unpack them, and only for those", async (t) => {
  const packed = encodeFrame(gzipSync(Buffer.from("hello")), true).bytes;
  const node = await useServer(t, (call) =>
    listener({
      onHalfClose: () => {
        call.sendHeaders(Metadata.empty, { encoding: "gzip" });
        call.write(packed);
        call.end(OK_STATUS);
      },
    }),
  );
  const rig = await Rig.use(t);
  const session = connect(`http://${rig.address}`).on("error", () => {});
  t.after(() => session.close());
  const ask = async (accepts: string | undefined): Promise<readonly [unknown, Buffer]> => {
    const stream = session.request({
      ":method": "POST",
      ":path": "/t.T/Do",
      "content-type": "application/grpc",
      te: "trailers",
      node: node.address,
      ...(accepts === undefined ? {} : { "grpc-accept-encoding": accepts }),
    });
    stream.end();
    const [headers] = await once(stream, "response");
    return [headers["grpc-encoding"], Buffer.concat(await stream.toArray())];
  };
  assert.deepEqual(await ask("identity,gzip"), ["gzip", packed]);
  assert.deepEqual(await ask(undefined), [undefined, encodeFrame(Buffer.from("hello")).bytes]);
});

test("the director refuses", async (t) => {
  const rig = await Rig.use(t);
  const { error } = await new JsClient(t, rig.address).unary(fields(["reject", "1"]));
  assert.equal(error?.code, js.PERMISSION_DENIED);
  assert.equal(error.details, "rejected by the director");
});

test("a director that takes its time, and one that refuses then", async (t) => {
  const proxy = await useServer(
    t,
    createProxy({
      director: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw new GrpcError(STATUS.PERMISSION_DENIED, "after some thought");
      },
    }),
  );
  const { error } = await new JsClient(t, proxy.address).unary(new JsMetadata(), "x");
  assert.equal(error?.details, "after some thought");
});

test("one to one wants exactly one backend", async (t) => {
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  for (const [metadata, count] of [
    [fields(), 0],
    [fields(["node", "127.0.0.1:1"], ["node", "127.0.0.1:2"]), 2],
  ] as const) {
    const { error } = await client.unary(metadata);
    assert.equal(error?.code, js.INTERNAL);
    const text = `one2one proxying should have exactly one connection (got ${count})`;
    assert.equal(error.details, text);
  }
});

test("twenty messages in ping-pong, headers before the first of them", async (t) => {
  const node = await useServer(t, (call) => {
    call.sendHeaders(Metadata.of([["x-head", "h"]]));
    return listener({
      onMessage: (message) => void call.write(encodeFrame(message).bytes),
      onHalfClose: () => call.end(OK_STATUS, Metadata.of([["x-tail", "t"]])),
    });
  });
  const rig = await Rig.use(t);
  const call = new JsClient(t, rig.address).bidi(toOne(node.address));
  const [headers] = await once(call, "metadata");
  assert.deepEqual(headers.get("x-head"), ["h"]);
  for (let i = 0; i < 20; i++) {
    call.write(Buffer.from(`ping ${i}`));
    const [reply] = await once(call, "data");
    assert.equal(String(reply), `ping ${i}`);
  }
  call.end();
  call.resume();
  const [end] = await once(call, "status");
  assert.equal(end.code, js.OK);
  assert.deepEqual(end.metadata.get("x-tail"), ["t"]);
});

test("a reverse tunnel: the backend speaks first, the caller waits for its headers", async (t) => {
  const node = await useServer(t, (call) => {
    call.sendHeaders(Metadata.of([["x-tunnel", "open"]]));
    call.write(encodeFrame(Buffer.from("who is there?")).bytes);
    return listener({
      onMessage: (message) => {
        call.write(encodeFrame(Buffer.concat([Buffer.from("hello "), message])).bytes);
        call.end(OK_STATUS);
      },
    });
  });
  const rig = await Rig.use(t);
  const call = new JsClient(t, rig.address).bidi(toOne(node.address));
  const [headers] = await once(call, "metadata");
  assert.deepEqual(headers.get("x-tunnel"), ["open"]);
  const [question] = await once(call, "data");
  assert.equal(String(question), "who is there?");
  // The end may come with the last message.
  const ended = once(call, "status");
  call.write(Buffer.from("me"));
  const [reply] = await once(call, "data");
  assert.equal(String(reply), "hello me");
  call.resume();
  const [end] = await ended;
  assert.equal(end.code, js.OK);
});

test("fifty ping-pongs at once", async (t) => {
  const node = await useServer(t, echo);
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const play = async (player: number): Promise<void> => {
    const call = client.bidi(toOne(node.address));
    for (let i = 0; i < 20; i++) {
      call.write(Buffer.from(`${player} ${i}`));
      const [reply] = await once(call, "data");
      assert.equal(String(reply), `${player} ${i}`);
    }
    call.end();
    call.resume();
    const [end] = await once(call, "status");
    assert.equal(end.code, js.OK);
  };
  await Promise.all(Array.from({ length: 50 }, (_, player) => play(player)));
});

test("a foreign backend", async (t) => {
  const asIs = (bytes: Buffer): Buffer => bytes;
  const server = new Server();
  const definition = {
    path: "/t.T/Do",
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  server.addService(
    { Do: definition },
    {
      Do: (call: { request: Buffer }, done: (error: null, reply: Buffer) => void) =>
        done(null, Buffer.concat([call.request, Buffer.from("!")])),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  t.after(() => server.forceShutdown());
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const answer = await client.unary(toOne(`127.0.0.1:${port}`), "hello");
  assert.equal(answer.reply?.toString(), "hello!");
  const many = await client.unary(toMany(`127.0.0.1:${port}`), "\b\u0001");
  assert.equal(many.error?.code, js.UNKNOWN);
  assert.match(many.error.details, /error appending info for 127\.0\.0\.1/);
});

test("a caller that takes its call back cancels the backend's", async (t) => {
  const outcomes: CallOutcome[] = [];
  const node = await useServer(t, (call) => {
    call.sendHeaders(Metadata.empty);
    return listener({ onClose: (outcome) => void outcomes.push(outcome) });
  });
  const rig = await Rig.use(t);
  const call = new JsClient(t, rig.address).bidi(toOne(node.address));
  call.on("error", () => {});
  await once(call, "metadata");
  call.cancel();
  await until(() => outcomes.length === 1);
  assert.equal(outcomes[0]?.end, "cancelled");
});

test("the deadline goes on as the time that remains, and ends a call that waits", async (t) => {
  const left: number[] = [];
  const clock = new VirtualClock();
  const waiting: RawHandler = (call) => {
    left.push(call.timeLeftMs ?? Number.POSITIVE_INFINITY);
    return listener({});
  };
  const node = await useServer(t, waiting, clock);
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const deadline = Date.now() + HOUR_MS;
  const answered = client.unary(toOne(node.address), "", { deadline });
  await until(() => left.length === 1);
  assert.ok(left.every((ms) => ms > HOUR_MS / 2 && ms <= HOUR_MS));
  // On the node alone: that it ends the call proves that it knows the deadline.
  await clock.advance(HOUR_MS);
  assert.equal((await answered).error?.code, js.DEADLINE_EXCEEDED);
});

test("a backend that is not there", async (t) => {
  const rig = await Rig.use(t);
  const { error } = await new JsClient(t, rig.address).unary(toOne("127.0.0.1:1"));
  assert.equal(error?.code, js.UNAVAILABLE);
});

test("a black hole ends with the caller's deadline", async (t) => {
  const rig = await Rig.use(t);
  const options = { deadline: Date.now() + 200 };
  const address = toOne(await useBlackHole(t));
  const { error } = await new JsClient(t, rig.address).unary(address, "", options);
  assert.equal(error?.code, js.DEADLINE_EXCEEDED);
  await until(() => rig.outgoingCalls === 0);
});

test("a caller that does not read holds the backend back", async (t) => {
  const frame = encodeFrame(Buffer.alloc(64 * 1024)).bytes;
  const total = 512;
  let written = 0;
  const node = await useServer(t, (call) => {
    const fill = (): void => {
      while (written < total) {
        written += 1;
        if (!call.write(frame)) return;
      }
      call.end(OK_STATUS);
    };
    return listener({ onHalfClose: fill, onDrain: fill });
  });
  const rig = await Rig.use(t);
  const call = new JsClient(t, rig.address).bidi(toOne(node.address));
  call.end();
  call.pause();
  await once(call, "metadata");
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(written < total / 2, `${written} of ${total} frames were written`);
  let bytes = 0;
  call.on("data", (message: Buffer) => {
    bytes += message.length;
  });
  call.resume();
  const [end] = await once(call, "status");
  assert.equal(end.code, js.OK);
  assert.equal(bytes, total * 64 * 1024);
});

test("a backend that does not read holds the caller back", async (t) => {
  let backend: Parameters<RawHandler>[0] | undefined;
  let got = 0;
  const node = await useServer(t, (call) => {
    backend = call;
    call.pause();
    return listener({
      onMessage: (message) => {
        got += message.length;
      },
      onHalfClose: () => call.end(OK_STATUS),
    });
  });
  const rig = await Rig.use(t);
  const call = new JsClient(t, rig.address).bidi(toOne(node.address));
  const message = Buffer.alloc(64 * 1024);
  const total = 256;
  let sent = 0;
  for (; sent < total; sent++) call.write(message, () => undefined);
  call.end();
  await until(() => backend !== undefined);
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(got, 0);
  backend?.resume();
  call.resume();
  const [end] = await once(call, "status");
  assert.equal(end.code, js.OK);
  assert.equal(got, total * message.length);
});

test("a request above the limit: the caller hears why, the backend is cancelled", async (t) => {
  const outcomes: CallOutcome[] = [];
  const node = await useServer(t, () =>
    listener({ onClose: (outcome) => void outcomes.push(outcome) }),
  );
  const rig = await Rig.use(t);
  const client = new JsClient(t, rig.address);
  const big = "x".repeat(33 * 1024 * 1024);
  const { error } = await client.unary(toOne(node.address), big);
  assert.equal(error?.code, js.RESOURCE_EXHAUSTED);
  assert.match(error.details, /larger than max \(34603008 vs\. 33554432\)/);
  await until(() => rig.outgoingCalls === 0);
  await until(() => node.server.calls === 0);
  assert.ok(outcomes.every(({ end }) => end === "cancelled"));
});
