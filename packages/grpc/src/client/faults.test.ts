import assert from "node:assert/strict";
import { constants, type ServerHttp2Stream } from "node:http2";
import { test } from "node:test";
import { type Clock, VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { STATUS } from "../status.ts";
import { FRAME_TYPE, http2Frame } from "../testing/http2-frames.ts";
import { answerOk, useHttp2Server, useTcpServer } from "../testing/http2-server.ts";
import { record, useChannel } from "../testing/use-channel.ts";

const CALL = "/t.T/Call";
const GRPC = { ":status": 200, "content-type": "application/grpc" };

const RESETS = [
  ["NO_ERROR", 0, STATUS.INTERNAL],
  ["PROTOCOL_ERROR", 1, STATUS.INTERNAL],
  ["INTERNAL_ERROR", 2, STATUS.INTERNAL],
  ["FLOW_CONTROL_ERROR", 3, STATUS.RESOURCE_EXHAUSTED],
  ["SETTINGS_TIMEOUT", 4, STATUS.INTERNAL],
  ["STREAM_CLOSED", 5, STATUS.INTERNAL],
  ["FRAME_SIZE_ERROR", 6, STATUS.INTERNAL],
  ["CANCEL", 8, STATUS.CANCELLED],
  ["COMPRESSION_ERROR", 9, STATUS.INTERNAL],
  ["CONNECT_ERROR", 10, STATUS.INTERNAL],
  ["ENHANCE_YOUR_CALM", 11, STATUS.RESOURCE_EXHAUSTED],
  ["INADEQUATE_SECURITY", 12, STATUS.PERMISSION_DENIED],
  ["HTTP_1_1_REQUIRED", 13, STATUS.INTERNAL],
  ["99", 99, STATUS.UNKNOWN],
] as const;

test("resets, before the headers and behind them", async (t) => {
  for (const hasHeaders of [false, true]) {
    let rstCode = 0;
    const { address } = await useHttp2Server(t, (stream) => {
      // Else Node ends the stream before it resets it, and the end may be read alone.
      if (hasHeaders) stream.respond(GRPC, { waitForTrailers: true });
      stream.once("data", () => stream.close(rstCode));
    });
    const channel = useChannel(t, address);
    for (const [name, number, code] of RESETS) {
      if (hasHeaders && number === 0) continue;
      rstCode = number;
      const seen = record(channel, CALL);
      seen.call.write(encodeFrame(Buffer.from("x")).bytes);
      const { status } = await seen.closed;
      const message = `stream terminated by RST_STREAM with error code: ${name}`;
      assert.deepEqual(status, { code, message });
    }
  }
});

test("a refused stream is sent again, once, with all that was written", async (t) => {
  const bodies: string[] = [];
  let refusals = 1;
  const { address, streams } = await useHttp2Server(t, (stream, count) => {
    if (count <= refusals) {
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      bodies.push(Buffer.concat(chunks).subarray(5).toString());
      answerOk(stream);
    });
  });
  const channel = useChannel(t, address);
  const seen = record(channel, CALL, {}, ["request"]);
  assert.equal((await seen.closed).status.code, STATUS.OK);
  assert.deepEqual(bodies, ["request"]);
  assert.equal(streams.length, 2);
  refusals = 100;
  const { status } = await record(channel, CALL, {}, []).closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
  assert.match(status.message, /REFUSED_STREAM/);
  assert.equal(streams.length, 4);
});

test("a refused stream that sent more than is kept is not sent again", async (t) => {
  const { address, streams } = await useHttp2Server(t, (stream) => {
    stream.once("data", () => stream.close(constants.NGHTTP2_REFUSED_STREAM));
  });
  const channel = useChannel(t, address, { limits: { retryBufferBytes: 1_000 } });
  const { status } = await record(channel, CALL, {}, [Buffer.alloc(2_000)]).closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
  assert.equal(streams.length, 1);
});

test("GOAWAY: what runs goes on, what was not looked at moves, new calls go elsewhere", async (t) => {
  const held: ServerHttp2Stream[] = [];
  const { address, sessions } = await useHttp2Server(t, (stream, count) => {
    if (count === 1) held.push(stream);
    else if (sessions.length === 1) stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 1);
    else answerOk(stream);
  });
  const channel = useChannel(t, address);
  const running = record(channel, CALL, {}, []);
  await until(() => held.length === 1);
  const moved = record(channel, CALL, {}, ["again"]);
  assert.equal((await moved.closed).status.code, STATUS.OK);
  assert.equal(sessions.length, 2);
  assert.equal(running.outcome, undefined);
  assert.equal((await record(channel, CALL, {}, []).closed).status.code, STATUS.OK);
  assert.equal(sessions.length, 2);
  answerOk(held[0] as ServerHttp2Stream);
  assert.equal((await running.closed).status.code, STATUS.OK);
  await until(() => channel.connections === 1);
});

test("GOAWAY with an error ends what runs", async (t) => {
  const { address } = await useHttp2Server(t, (stream) => {
    stream.session?.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 1);
  });
  const channel = useChannel(t, address);
  const { status } = await record(channel, CALL, {}, []).closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
});

test("a server that lets every connection go at once is not asked for ever", async (t) => {
  const settings = http2Frame(FRAME_TYPE.settings, 0, 0);
  const goaway = http2Frame(FRAME_TYPE.goaway, 0, 0, Buffer.alloc(8));
  let accepted = 0;
  const address = await useTcpServer(t, (socket) => {
    accepted += 1;
    socket.write(settings);
    socket.once("data", () => socket.write(goaway));
  });
  const channel = useChannel(t, address);
  const { status } = await record(channel, CALL, {}, []).closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
  assert.ok(accepted <= 3, `${accepted} connections`);
});

test("answers that are no gRPC", async (t) => {
  const answers = [
    [200, "text/html", STATUS.UNKNOWN],
    [400, "text/html", STATUS.INTERNAL],
    [401, "text/html", STATUS.UNAUTHENTICATED],
    [403, undefined, STATUS.PERMISSION_DENIED],
    [404, "application/grpcx", STATUS.UNIMPLEMENTED],
    [429, "application/json", STATUS.UNAVAILABLE],
    [502, "text/html", STATUS.UNAVAILABLE],
    [503, "text/html", STATUS.UNAVAILABLE],
    [504, "text/html", STATUS.UNAVAILABLE],
    [500, "text/html", STATUS.UNKNOWN],
  ] as const;
  const { address } = await useHttp2Server(t, (stream, count) => {
    const [httpStatus, type] = answers[count - 1] ?? answers[0];
    stream.respond({
      ":status": httpStatus,
      ...(type === undefined ? {} : { "content-type": type }),
    });
    stream.end("<html>");
  });
  const channel = useChannel(t, address);
  for (const [httpStatus, type, code] of answers) {
    const { status } = await record(channel, CALL, {}, []).closed;
    assert.equal(status.code, code, `HTTP ${httpStatus} ${type}: ${status.message}`);
  }
});

test("answers without a grpc-status, without trailers, with a strange one", async (t) => {
  const { address } = await useHttp2Server(t, (stream, count) => {
    if (count === 1) stream.respond(GRPC, { endStream: true });
    if (count === 2) stream.respond({ ...GRPC, ":status": 503 }, { endStream: true });
    if (count === 3) stream.respond({ ...GRPC, "grpc-status": "77" }, { endStream: true });
    if (count === 4) stream.respond({ ...GRPC, "grpc-status": "x" }, { endStream: true });
    if (count === 5) {
      stream.respond(GRPC);
      stream.end();
    }
    if (count === 6) {
      stream.respond(GRPC, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ other: "1" }));
      stream.end();
    }
  });
  const channel = useChannel(t, address);
  const codes: number[] = [];
  for (let count = 1; count <= 6; count++) {
    // The last two keep their side open: the server's end alone must end the call.
    const seen = record(channel, CALL, {}, count > 4 ? undefined : []);
    codes.push((await seen.closed).status.code);
  }
  assert.deepEqual(codes, [2, 14, 2, 2, 13, 2]);
  await until(() => channel.streams === 0);
});

test("malformed messages", async (t) => {
  const bodies = [
    [Buffer.from([2, 0, 0, 0, 0]), STATUS.INTERNAL],
    [Buffer.from([0, 0, 0, 0, 9, 1]), STATUS.INTERNAL],
    [Buffer.from([1, 0, 0, 0, 1, 1]), STATUS.INTERNAL],
    [Buffer.from([0, 255, 255, 255, 255]), STATUS.RESOURCE_EXHAUSTED],
  ] as const;
  const { address } = await useHttp2Server(t, (stream, count) => {
    stream.respond(GRPC, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(bodies[count - 1]?.[0]);
  });
  const channel = useChannel(t, address);
  for (const [, code] of bodies) {
    assert.equal((await record(channel, CALL, {}, []).closed).status.code, code);
  }
  await until(() => channel.streams === 0);
});

test("a flood of headers ends the call, not the process", async (t) => {
  let fields = 0;
  const { address } = await useHttp2Server(
    t,
    (stream) => {
      const flood: Record<string, string> = {};
      for (let n = 0; n < fields; n++) flood[`x-${n}`] = "y".repeat(1_000);
      stream.respond({ ...GRPC, ...flood, "grpc-status": "0" }, { endStream: true });
    },
    { maxSendHeaderBlockLength: 1024 * 1024 },
  );
  const codeOf = async (maxHeaderListBytes: number): Promise<number> => {
    const channel = useChannel(t, address, { limits: { maxHeaderListBytes } });
    // The limit holds from the moment at which the server has heard of it.
    await record(channel, CALL, {}, []).closed;
    return (await record(channel, CALL, {}, []).closed).status.code;
  };
  fields = 100;
  assert.equal(await codeOf(16 * 1024 * 1024), STATUS.OK);
  assert.notEqual(await codeOf(64 * 1024), STATUS.OK);
});

test("above the server's limit of streams, calls wait for their turn", async (t) => {
  let answered = 0;
  let most = 0;
  const { address, streams } = await useHttp2Server(
    t,
    (_stream, count) => {
      most = Math.max(most, count - answered);
    },
    { settings: { maxConcurrentStreams: 3 } },
  );
  const channel = useChannel(t, address);
  const all = Array.from({ length: 10 }, () => record(channel, CALL, {}, []));
  await until(() => streams.length === 3);
  while (answered < 10) {
    await until(() => streams.length > answered);
    answered += 1;
    answerOk(streams[answered - 1] as ServerHttp2Stream);
  }
  for (const seen of all) assert.equal((await seen.closed).status.code, STATUS.OK);
  assert.equal(most, 3);
});

test("a connection that answers no ping is dead", async (t) => {
  const clock = new VirtualClock();
  const settings = http2Frame(FRAME_TYPE.settings, 0, 0);
  const address = await useTcpServer(t, (socket) => {
    socket.resume();
    socket.write(settings);
  });
  const channel = useChannel(t, address, { clock, times: { keepaliveIntervalMs: 10_000 } });
  const seen = record(channel, CALL, {}, []);
  await until(() => channel.streams === 1);
  await clock.advance(29_999);
  assert.equal(seen.outcome, undefined);
  await clock.advance(1);
  const { status } = await seen.closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
  assert.match(status.message, /did not answer a ping/);
});

test("a ping that is due in the turn in which its connection is dropped", async (t) => {
  const clock = new VirtualClock();
  const { address, streams } = await useHttp2Server(t, () => {});
  const channel = useChannel(t, address, { clock, times: { keepaliveIntervalMs: 10_000 } });
  const seen = record(channel, CALL, {}, ["x"]);
  await until(() => streams.length === 1);
  const closed = channel.close(9_999.5);
  await clock.advance(10_000);
  assert.equal((await seen.closed).status.code, STATUS.CANCELLED);
  await closed;
});

test("the deadline of a call that a half-open server never answers", async (t) => {
  const clock = new VirtualClock();
  const { address, streams } = await useHttp2Server(t, () => {});
  const channel = useChannel(t, address, { clock });
  const seen = record(channel, CALL, { deadlineMs: clock.monotonic() + 5_000 }, ["x"]);
  await until(() => streams.length === 1);
  await clock.advance(5_000);
  assert.equal((await seen.closed).status.code, STATUS.DEADLINE_EXCEEDED);
  await until(() => channel.streams === 0 && streams[0]?.rstCode === constants.NGHTTP2_CANCEL);
});

test("a reset that says CANCEL behind the deadline is the deadline", async (t) => {
  const frozen = new VirtualClock();
  let lateMs = 0;
  // Time that has passed before its timer could fire.
  const clock: Clock = {
    now: () => frozen.now(),
    monotonic: () => frozen.monotonic() + lateMs,
    sleep: (ms, options) => frozen.sleep(ms, options),
    after: (ms, callback) => frozen.after(ms, callback),
  };
  const { address, streams } = await useHttp2Server(t, () => {});
  const channel = useChannel(t, address, { clock });
  for (const [passedMs, code] of [
    [4_999, STATUS.CANCELLED],
    [5_000, STATUS.DEADLINE_EXCEEDED],
  ] as const) {
    lateMs = 0;
    const before = streams.length;
    const seen = record(channel, CALL, { deadlineMs: clock.monotonic() + 5_000 }, ["x"]);
    await until(() => streams.length > before);
    lateMs = passedMs;
    streams.at(-1)?.close(constants.NGHTTP2_CANCEL);
    assert.equal((await seen.closed).status.code, code);
  }
});

test("a listener that throws ends its own call alone", async (t) => {
  const { address } = await useHttp2Server(t, (stream) => {
    stream.respond({ ...GRPC });
    stream.write(encodeFrame(Buffer.from("x")).bytes);
  });
  const channel = useChannel(t, address);
  const outcome = Promise.withResolvers<number>();
  const bystander = record(channel, CALL);
  channel.open(
    CALL,
    {},
    {
      onHeaders: () => {},
      onMessage: () => assert.fail("a fault of the listener"),
      onDrain: () => {},
      onClose: ({ status }) => outcome.resolve(status.code),
    },
  );
  assert.equal(await outcome.promise, STATUS.INTERNAL);
  await until(() => bystander.messages.length === 1);
  assert.equal(bystander.outcome, undefined);
});
