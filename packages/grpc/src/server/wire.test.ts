import assert from "node:assert/strict";
import type { OutgoingHttpHeaders } from "node:http2";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { OK_STATUS, status } from "../grpc-status.ts";
import { Metadata } from "../metadata.ts";
import { STATUS } from "../status.ts";
import { type Http2Client, readAnswer, useHttp2 } from "../testing/http2-client.ts";
import { echo, listener } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import type { CallOutcome, RawHandler } from "./raw-call.ts";
import { type RawRoute, Router } from "./router.ts";
import type { ServerLimits } from "./server-options.ts";

async function useT(
  t: TestContext,
  methods: Record<string, RawHandler | RawRoute>,
  limits: Partial<ServerLimits> = {},
): Promise<Http2Client> {
  const router = new Router({ services: [{ name: "t.T", methods }] });
  const { address } = await useServer(t, { router, limits });
  return useHttp2(t, `http://${address}`, { maxHeaderListPairs: 2_000 });
}

interface RefusalCase {
  readonly name: string;
  readonly path?: string;
  readonly headers: OutgoingHttpHeaders;
  readonly http: string;
  readonly grpc: string;
}

const refusals: readonly RefusalCase[] = [
  { name: "GET", headers: { ":method": "GET" }, http: "405", grpc: "13" },
  { name: "no content-type", headers: { "content-type": undefined }, http: "415", grpc: "3" },
  { name: "JSON", headers: { "content-type": "application/json" }, http: "415", grpc: "3" },
  { name: "gRPC-Web", headers: { "content-type": "application/grpc-web" }, http: "415", grpc: "3" },
  { name: "no second slash", path: "/Echo", headers: {}, http: "200", grpc: "12" },
  { name: "an empty path", path: "/", headers: {}, http: "200", grpc: "12" },
  { name: "a timeout of words", headers: { "grpc-timeout": "soon" }, http: "200", grpc: "13" },
  { name: "a long timeout", headers: { "grpc-timeout": "123456789S" }, http: "200", grpc: "13" },
  { name: "two timeouts", headers: { "grpc-timeout": ["1S", "2S"] }, http: "200", grpc: "13" },
  { name: "a timeout of nothing", headers: { "grpc-timeout": "0n" }, http: "200", grpc: "4" },
  { name: "an unknown encoding", headers: { "grpc-encoding": "snappy" }, http: "200", grpc: "12" },
];

for (const { name, path = "/t.T/Echo", headers, http, grpc } of refusals) {
  test(`refused: ${name}`, async (t) => {
    const client = await useT(t, { Echo: echo });
    const answer = await client.call(path, ["x"], headers);
    assert.equal(answer.headers[":status"], http);
    assert.equal(answer.headers["grpc-status"], grpc);
    assert.equal((await client.call("/t.T/Echo", ["x"])).trailers["grpc-status"], "0");
  });
}

for (const contentType of [
  "application/grpc",
  "application/grpc+proto",
  "application/grpc+proxy>proto",
  "application/grpc;charset=utf-8",
]) {
  test(`taken: ${contentType}`, async (t) => {
    const client = await useT(t, { Echo: echo });
    const answer = await client.call("/t.T/Echo", ["x"], { "content-type": contentType });
    assert.equal(answer.headers["content-type"], "application/grpc");
    assert.equal(answer.trailers["grpc-status"], "0");
    assert.equal(answer.headers["date"], undefined);
  });
}

test("what the server cannot unpack it names, with what it can", async (t) => {
  const client = await useT(t, { Echo: echo });
  const { headers } = await client.call("/t.T/Echo", ["x"], { "grpc-encoding": "snappy" });
  assert.equal(
    headers["grpc-message"],
    'grpc: Decompressor is not installed for grpc-encoding "snappy"',
  );
  assert.equal(headers["grpc-accept-encoding"], "gzip");
});

const faults = [
  { name: "an unknown flag", bytes: Buffer.from([7, 0, 0, 0, 0]), grpc: "13" },
  { name: "too long", bytes: Buffer.from([0, 0, 0, 4, 1]), grpc: "8" },
  { name: "cut off in the header", bytes: Buffer.from([0, 0]), grpc: "13" },
  { name: "cut off in the message", bytes: Buffer.from([0, 0, 0, 0, 9, 1]), grpc: "13" },
  { name: "packed without a word", bytes: Buffer.from([1, 0, 0, 0, 1, 1]), grpc: "13" },
  { name: "packed badly", bytes: Buffer.from([1, 0, 0, 0, 1, 1]), grpc: "13", gzip: true },
  {
    name: "a small bomb",
    bytes: encodeFrame(gzipSync(Buffer.alloc(100_000)), true).bytes,
    grpc: "8",
    gzip: true,
  },
  {
    name: "a large bomb",
    bytes: encodeFrame(gzipSync(Buffer.alloc(1_000_000)).subarray(0, 1020), true).bytes,
    grpc: "8",
    gzip: true,
  },
];

for (const { name, bytes, grpc, gzip = false } of faults) {
  test(`a message that is ${name}`, async (t) => {
    const outcomes: CallOutcome[] = [];
    const note: RawHandler = () =>
      listener({
        onMessage: () => assert.fail("delivered"),
        onHalfClose: () => assert.fail("half-closed"),
        onClose: (outcome) => outcomes.push(outcome),
      });
    const client = await useT(t, { Note: note }, { maxMessageBytes: 1024 });
    const stream = client.open("/t.T/Note", gzip ? { "grpc-encoding": "gzip" } : {});
    stream.end(bytes);
    const { headers } = await readAnswer(stream);
    assert.equal(headers["grpc-status"], grpc);
    assert.deepEqual(
      outcomes.map(({ end, status: told }) => [end, String(told.code)]),
      [["failed", grpc]],
    );
  });
}

test("gzip is unpacked, and messages keep their order", async (t) => {
  const client = await useT(t, { Echo: echo });
  const stream = client.open("/t.T/Echo", { "grpc-encoding": "gzip" });
  const large = "large".repeat(100_000);
  const words = [large, "small", large, "plain", "small"];
  for (const word of words) {
    const isPacked = word !== "plain";
    const bytes = Buffer.from(word);
    stream.write(encodeFrame(isPacked ? gzipSync(bytes, { level: 0 }) : bytes, isPacked).bytes);
  }
  stream.end();
  const { body, trailers } = await readAnswer(stream);
  assert.equal(trailers["grpc-status"], "0");
  const expected = Buffer.concat(words.map((word) => encodeFrame(Buffer.from(word)).bytes));
  assert.equal(Buffer.compare(body, expected), 0);
});

test("a route that wants frames gets them untouched, whatever the encoding", async (t) => {
  const relay: RawHandler = (call) => {
    call.sendHeaders(Metadata.empty, { encoding: call.encoding });
    return listener({
      onMessage: (frame) => void call.write(frame),
      onHalfClose: () => call.end(OK_STATUS),
    });
  };
  const client = await useT(t, { Relay: { handler: relay, messages: "frames" } });
  const stream = client.open("/t.T/Relay", { "grpc-encoding": "snappy" });
  const sent = encodeFrame(Buffer.from("not really snappy"), true).bytes;
  stream.end(sent);
  const { body, headers } = await readAnswer(stream);
  assert.equal(headers["grpc-encoding"], "snappy");
  assert.deepEqual(body, sent);
});

test("an early finish tells the client to stop sending", async (t) => {
  const early: RawHandler = (call) =>
    listener({
      onMessage: () => {
        call.write(encodeFrame(Buffer.from("enough")).bytes);
        call.end(OK_STATUS, Metadata.of([["x-tail", "1"]]));
      },
    });
  const refuse: RawHandler = (call) =>
    listener({ onMessage: () => call.end(status(STATUS.ABORTED, "no")) });
  const client = await useT(t, { Early: early, Refuse: refuse });
  for (const [path, code] of [
    ["/t.T/Early", "0"],
    ["/t.T/Refuse", "10"],
  ] as const) {
    const stream = client.open(path);
    stream.write(encodeFrame(Buffer.from("one")).bytes);
    const { headers, trailers, rstCode } = await readAnswer(stream);
    assert.equal(trailers["grpc-status"] ?? headers["grpc-status"], code);
    assert.equal(rstCode, 0);
    assert.equal(stream.destroyed, true);
  }
});

test("an early finish with requests that are left unread", async (t) => {
  const outcomes: CallOutcome[] = [];
  const paused: RawHandler = (call) => {
    call.pause();
    setImmediate(() => call.end(OK_STATUS));
    return listener({ onClose: (outcome) => outcomes.push(outcome) });
  };
  const client = await useT(t, { Paused: paused });
  const stream = client.open("/t.T/Paused");
  stream.end(Buffer.alloc(200_000));
  const { headers } = await readAnswer(stream);
  assert.equal(headers["grpc-status"], "0");
  await until(() => outcomes.length === 1);
  assert.equal(outcomes[0]?.end, "finished");
});

test("500 repeated fields arrive apart", async (t) => {
  const nodes = Array.from({ length: 500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const count: RawHandler = (call) => {
    const got = call.metadata.getAll("nodes");
    return listener({
      onHalfClose: () => call.end(status(STATUS.ABORTED, String(got.length)), call.metadata),
    });
  };
  const client = await useT(t, { Count: count });
  const { headers } = await client.call("/t.T/Count", [], { nodes });
  assert.equal(headers["grpc-message"], "500");
  assert.equal(headers["nodes"], nodes.join(", "));
});

test("too many headers, and too large ones, cost their stream alone", async (t) => {
  const client = await useT(
    t,
    { Echo: echo },
    { maxHeaderListBytes: 20_000, maxHeaderListPairs: 100 },
  );
  await client.call("/t.T/Echo", ["x"]);
  const many = await client.call("/t.T/Echo", [], { x: Array.from({ length: 200 }, () => "1") });
  assert.equal(many.rstCode, 11);
  const large = await client.call("/t.T/Echo", [], { x: "1".repeat(30_000) });
  assert.equal(large.rstCode, 11);
  assert.equal((await client.call("/t.T/Echo", ["x"])).trailers["grpc-status"], "0");
});

test("metadata that would break the connection is left out", async (t) => {
  const odd: RawHandler = (call) => {
    const metadata = Metadata.of([
      ["x-good", "1"],
      ["x-evil", "a\r\nb"],
      ["x-nul", "a\0b"],
      ["connection", "close"],
      ["grpc-status", "0"],
      [":status", "500"],
      ["bad name", "1"],
      ["x-sharp", "é"],
    ]);
    call.sendHeaders(metadata);
    return listener({ onHalfClose: () => call.end(status(STATUS.ABORTED, "a\r\nb"), metadata) });
  };
  const client = await useT(t, { Odd: odd });
  const { headers, trailers } = await client.call("/t.T/Odd");
  assert.deepEqual(Object.keys(headers), [
    ":status",
    "content-type",
    "grpc-accept-encoding",
    "x-good",
    "x-sharp",
  ]);
  assert.deepEqual(Object.keys(trailers), ["grpc-status", "grpc-message", "x-good", "x-sharp"]);
  assert.equal(trailers["grpc-message"], "a%0D%0Ab");
});

test("everything may be called at any time", async (t) => {
  const outcomes: CallOutcome[] = [];
  const restless: RawHandler = (call) => {
    call.resume();
    call.pause();
    call.resume();
    const poke = (): void => {
      call.end(OK_STATUS);
      call.sendHeaders(Metadata.empty);
      assert.equal(call.write(encodeFrame(Buffer.from("late")).bytes), false);
      call.pause();
      call.resume();
      call.fail(new Error("late"));
    };
    return listener({
      onHalfClose: () => poke(),
      onClose: (outcome) => {
        outcomes.push(outcome);
        poke();
        assert.equal(call.signal.aborted, true);
      },
    });
  };
  const client = await useT(t, { Restless: restless });
  const { headers } = await client.call("/t.T/Restless", ["x"]);
  assert.equal(headers["grpc-status"], "0");
  await until(() => outcomes.length === 1);
  assert.equal(outcomes[0]?.end, "finished");
});
