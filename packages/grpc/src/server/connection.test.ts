import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { type Random, seededRandom, VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { Metadata } from "../metadata.ts";
import { useGrpcJs } from "../testing/grpc-js-client.ts";
import { type Http2Client, readAnswer, useHttp2 } from "../testing/http2-client.ts";
import {
  callHeaders,
  closed,
  FLAG,
  FRAME_TYPE,
  http2Frame,
  PREFACE,
  useSocket,
} from "../testing/http2-frames.ts";
import { echo, listener } from "../testing/raw-handlers.ts";
import { type TestServer, useServer } from "../testing/use-server.ts";
import type { CallOutcome, RawHandler, RawServerCall } from "./raw-call.ts";
import { Router } from "./router.ts";
import type { GrpcServerOptions } from "./server-options.ts";

const MINUTE_MS = 60_000;

interface Scene extends TestServer {
  readonly clock: VirtualClock;
  readonly client: Http2Client;
  /** Outcomes of calls of `Hold`, which sends headers and then nothing. */
  readonly outcomes: CallOutcome[];
  readonly held: RawServerCall[];
}

async function useScene(t: TestContext, options: Partial<GrpcServerOptions> = {}): Promise<Scene> {
  const outcomes: CallOutcome[] = [];
  const held: RawServerCall[] = [];
  const hold: RawHandler = (call) => {
    held.push(call);
    call.sendHeaders(Metadata.empty);
    return listener({
      onMessage: (message) => void call.write(encodeFrame(message).bytes),
      onClose: (outcome) => outcomes.push(outcome),
    });
  };
  const clock = new VirtualClock();
  const router = new Router({ services: [{ name: "t.T", methods: { Echo: echo, Hold: hold } }] });
  const made = await useServer(t, { router, clock, random: seededRandom(1), ...options });
  t.after(() => assert.equal(clock.pending, 0));
  const client = useHttp2(t, `http://${made.address}`);
  return { ...made, clock, client, outcomes, held };
}

test("a connection that never sends its preface is dropped", async (t) => {
  const { port, clock, server } = await useScene(t);
  const gone = closed(useSocket(t, port));
  await until(() => server.connections === 2);
  await clock.advance(10_000);
  await gone;
});

test("a connection that never calls is let go", async (t) => {
  const { clock, client } = await useScene(t);
  await once(client.session, "remoteSettings");
  // Its answer comes behind the client's own settings.
  await new Promise<void>((resolve) => client.session.ping(() => resolve()));
  const gone = once(client.session, "close");
  await clock.advance(MINUTE_MS);
  await gone;
});

test("a connection that calls is kept", async (t) => {
  const { clock, client } = await useScene(t);
  await client.call("/t.T/Echo", ["x"]);
  await clock.advance(60 * MINUTE_MS);
  const { body } = await client.call("/t.T/Echo", ["y"]);
  assert.equal(body.subarray(5).toString(), "y");
});

test("an idle connection is let go, but not one that holds a call", async (t) => {
  const { clock, client, server } = await useScene(t, { times: { maxIdleMs: 5 * MINUTE_MS } });
  const stream = client.open("/t.T/Hold");
  await once(stream, "response");
  await clock.advance(60 * MINUTE_MS);
  assert.equal(client.isClosed, false);
  stream.close();
  await once(stream, "close");
  await client.call("/t.T/Echo");
  await until(() => server.calls === 0);
  const gone = once(client.session, "close");
  await clock.advance(5 * MINUTE_MS);
  await gone;
});

test("a connection of its age takes no new calls and finishes those it has", async (t) => {
  const times = { maxAgeMs: 10 * MINUTE_MS, maxAgeGraceMs: MINUTE_MS };
  const { clock, client, outcomes } = await useScene(t, { times });
  const stream = client.open("/t.T/Hold");
  await once(stream, "response");
  await clock.advance(8.9 * MINUTE_MS);
  assert.deepEqual(client.goaways, []);
  await clock.advance(2.1 * MINUTE_MS);
  await until(() => client.goaways.length === 2);
  // First "open nothing more", then, once the client has seen it, the last call that was taken.
  assert.deepEqual(client.goaways, [
    { code: 0, lastStreamId: 2 ** 31 - 1 },
    { code: 0, lastStreamId: 1 },
  ]);
  const answer = readAnswer(stream);
  let received = 0;
  stream.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  const sent = encodeFrame(Buffer.from("still here")).bytes;
  stream.write(sent);
  await until(() => received === sent.length);
  while (outcomes.length === 0) await clock.advance(100);
  const { body, trailers } = await answer;
  assert.equal(body.subarray(5).toString(), "still here");
  assert.equal(trailers["grpc-status"], "14");
  assert.deepEqual(
    outcomes.map(({ end }) => end),
    ["stopped"],
  );
});

test("the age differs by chance, by a tenth either way", async (t) => {
  for (const [fraction, minutes] of [
    [0, 9],
    [0.25, 9.5],
    [1, 11],
  ] as const) {
    const random: Random = { ...seededRandom(1), fraction: () => fraction };
    const { clock, client } = await useScene(t, { random, times: { maxAgeMs: 10 * MINUTE_MS } });
    await client.call("/t.T/Echo");
    await clock.advance(minutes * MINUTE_MS - 1);
    await client.call("/t.T/Echo");
    assert.deepEqual(client.goaways, []);
    // A timer never fires too early, by a fraction of a millisecond either.
    await clock.advance(2);
    await until(() => client.goaways.length > 0);
  }
});

test("a peer that answers no ping is dead", async (t) => {
  const times = { keepaliveIntervalMs: MINUTE_MS, keepaliveTimeoutMs: 20_000 };
  const { clock, outcomes, server, port } = await useScene(t, { times });
  const silent = useSocket(
    t,
    port,
    PREFACE,
    http2Frame(FRAME_TYPE.settings, 0, 0),
    http2Frame(FRAME_TYPE.headers, FLAG.endHeaders, 1, callHeaders("/t.T/Hold")),
  );
  await until(() => server.calls === 1);
  const gone = closed(silent);
  await clock.advance(MINUTE_MS + 19_000);
  assert.equal(outcomes.length, 0);
  await clock.advance(1_000);
  await gone;
  assert.equal(outcomes[0]?.end, "disconnected");
});

test("pings of a client are not policed", async (t) => {
  const { client } = await useScene(t);
  const stream = client.open("/t.T/Hold");
  await once(stream, "response");
  for (let i = 0; i < 500; i++) {
    await new Promise<void>((resolve) => client.session.ping(() => resolve()));
  }
  assert.deepEqual(client.goaways, []);
});

test("a deadline", async (t) => {
  const { clock, client, outcomes } = await useScene(t);
  const stream = client.open("/t.T/Hold", { "grpc-timeout": "5S" });
  await once(stream, "response");
  const answer = readAnswer(stream);
  await clock.advance(4_999);
  assert.equal(outcomes.length, 0);
  await clock.advance(1);
  const { trailers, rstCode } = await answer;
  assert.equal(trailers["grpc-status"], "4");
  assert.equal(rstCode, 0);
  assert.deepEqual(
    outcomes.map(({ end }) => end),
    ["deadline"],
  );
});

test("a deadline does not wait for a client that reads nothing", async (t) => {
  const { clock, client, outcomes, server, held } = await useScene(t);
  const stream = client.open("/t.T/Hold", { "grpc-timeout": "5S" });
  stream.write(encodeFrame(Buffer.alloc(1_000_000)).bytes);
  await until(() => (held[0]?.bufferedBytes ?? 0) > 100_000);
  await clock.advance(5_000);
  await until(() => server.calls === 0);
  assert.deepEqual(
    outcomes.map(({ end }) => end),
    ["deadline"],
  );
  const { rstCode } = await readAnswer(stream);
  assert.equal(rstCode, 8);
});

test("a thousand deadlines are one timer", async (t) => {
  const { clock, client, outcomes, server } = await useScene(t);
  const before = clock.pending;
  for (let i = 0; i < 900; i++) client.open("/t.T/Hold", { "grpc-timeout": `${i + 1}S` });
  await until(() => server.calls === 900);
  assert.ok(clock.pending <= before + 1, String(clock.pending));
  await clock.advance(900_000);
  assert.equal(outcomes.length, 900);
  await until(() => server.calls === 0);
});

test("drain lets calls finish, and takes none", async (t) => {
  const { client, server, outcomes } = await useScene(t);
  // Nobody else is given a port of this address once it is free.
  const { host, port } = await server.listen({ host: "127.90.0.1", port: 0 });
  const stream = client.open("/t.T/Hold");
  await once(stream, "response");
  const drained = server.drain(MINUTE_MS);
  await until(() => client.goaways.length === 2);
  const late = await useGrpcJs(t, `${host}:${port}`).unary("/t.T/Echo", "x");
  assert.equal(late.error?.code, 14);
  stream.close();
  await drained;
  assert.deepEqual(
    outcomes.map(({ end }) => end),
    ["cancelled"],
  );
});

test("drain ends what does not finish in time", async (t) => {
  const { client, server, outcomes, clock } = await useScene(t);
  const stream = client.open("/t.T/Hold");
  await once(stream, "response");
  const answer = readAnswer(stream);
  const drained = server.drain(MINUTE_MS);
  await clock.advance(MINUTE_MS);
  assert.equal((await answer).trailers["grpc-status"], "14");
  await drained;
  assert.equal(outcomes[0]?.end, "stopped");
});

test("a lost connection ends its calls", async (t) => {
  const { client, outcomes, server } = await useScene(t);
  const stream = client.open("/t.T/Hold");
  await once(stream, "response");
  client.session.socket.destroy();
  await until(() => server.connections === 0);
  assert.equal(outcomes[0]?.end, "disconnected");
  assert.equal(outcomes[0].status.code, 14);
});

test("a client that hurries is refused, and its connection stays", async (t) => {
  const { client } = await useScene(t, { limits: { maxStreamsPerSecond: 10 } });
  await client.call("/t.T/Echo");
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.call("/t.T/Echo")));
  const refused = answers.filter(({ rstCode }) => rstCode === 7);
  assert.equal(refused.length, 11);
  assert.equal(client.isClosed, false);
});
