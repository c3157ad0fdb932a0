import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom, VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { STATUS } from "../status.ts";
import { answerOk, useHttp2Server, useTcpServer } from "../testing/http2-server.ts";
import { record, useChannel } from "../testing/use-channel.ts";
import { Channel } from "./channel.ts";
import type { ChannelState } from "./channel-state.ts";

const CALL = "/t.T/Call";

/** Adds nothing and takes nothing off. */
const STEADY: Random = { ...seededRandom(1), fraction: () => 0.5 };

/** Where nothing listens, and no server can come to listen: a path that is no socket. */
const NOWHERE = "unix:/nonexistent/socket";

test("fails at once while it cannot connect; the delays grow to 15 s", async (t) => {
  const clock = new VirtualClock();
  const changes: { state: ChannelState; atMs: number }[] = [];
  const onState = (state: ChannelState): void => {
    changes.push({ state, atMs: clock.monotonic() });
  };
  const channel = useChannel(t, NOWHERE, { clock, random: STEADY, onState });
  const first = await record(channel, CALL, { waitForReady: false }, []).closed;
  assert.equal(first.status.code, STATUS.UNAVAILABLE);
  assert.match(first.status.message, /^connection error: desc = ".*ENOENT/);
  const second = await record(channel, CALL, {}, []).closed;
  assert.deepEqual(second.status, first.status);
  const delays: number[] = [];
  for (let attempt = 1; attempt <= 8; attempt++) {
    await until(() => changes.length === 2 * attempt);
    while (changes.length === 2 * attempt) await clock.advance(100);
    const [failed, again] = changes.slice(2 * attempt - 1);
    assert.equal(failed?.state, "TRANSIENT_FAILURE");
    assert.equal(again?.state, "CONNECTING");
    delays.push(again.atMs - failed.atMs);
  }
  assert.deepEqual(delays, [1_000, 1_600, 2_560, 4_096, 6_554, 10_486, 15_000, 15_000]);
});

test("a call that waits for READY waits; its deadline ends the wait", async (t) => {
  const clock = new VirtualClock();
  const channel = useChannel(t, NOWHERE, { clock });
  const patient = record(channel, CALL, { waitForReady: true });
  const late = record(channel, CALL, { waitForReady: true, deadlineMs: clock.monotonic() + 500 });
  const hasty = record(channel, CALL);
  assert.equal((await hasty.closed).status.code, STATUS.UNAVAILABLE);
  assert.equal(patient.outcome, undefined);
  await clock.advance(501);
  assert.equal((await late.closed).status.code, STATUS.DEADLINE_EXCEEDED);
  assert.equal(channel.calls, 1);
  patient.call.cancel();
  assert.equal((await patient.closed).status.code, STATUS.CANCELLED);
});

test("a call that waits runs as soon as the server is there", async (t) => {
  const clock = new VirtualClock();
  const { address } = await useHttp2Server(t, answerOk);
  let isThere = false;
  const lookup = async () => {
    if (!isThere) throw new Error("no such host");
    return [{ address: "127.0.0.1", family: 4 }];
  };
  const target = address.replace("127.0.0.1", "node.example");
  const channel = useChannel(t, target, { clock, random: STEADY, lookup });
  const patient = record(channel, CALL, { waitForReady: true }, []);
  const hasty = await record(channel, CALL, {}, []).closed;
  assert.equal(hasty.status.message, 'connection error: desc = "no such host"');
  isThere = true;
  await clock.advance(1_000);
  assert.equal((await patient.closed).status.code, STATUS.OK);
  assert.equal(channel.state, "READY");
});

test("the first address that connects is used", async (t) => {
  const { address } = await useHttp2Server(t, answerOk);
  const port = address.split(":")[1];
  // Nobody can ever listen on the first two: they are for multicast.
  const lookup = async () => [
    { address: "224.0.0.1", family: 4 },
    { address: "ff02::1", family: 6 },
    { address: "127.0.0.1", family: 4 },
  ];
  const channel = useChannel(t, `node.example:${port}`, { lookup });
  assert.equal((await record(channel, CALL, {}, []).closed).status.code, STATUS.OK);
});

test("a server that accepts and says nothing has 20 s", async (t) => {
  const clock = new VirtualClock();
  let accepted = 0;
  const address = await useTcpServer(t, () => {
    accepted += 1;
  });
  const channel = useChannel(t, address, { clock, random: STEADY });
  const seen = record(channel, CALL, {}, []);
  await until(() => accepted === 1);
  await clock.advance(19_999);
  assert.equal(seen.outcome, undefined);
  await clock.advance(1);
  const { status } = await seen.closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
  assert.match(status.message, /no connection in 20000 ms/);
  await until(() => channel.connections === 0);
});

test("garbage instead of HTTP/2, and a connection that is closed at once", async (t) => {
  for (const bytes of ["HTTP/1.1 400 Bad Request\r\n\r\n", ""]) {
    const address = await useTcpServer(t, (socket) => socket.end(bytes));
    const channel = useChannel(t, address);
    const { status } = await record(channel, CALL, {}, []).closed;
    assert.equal(status.code, STATUS.UNAVAILABLE);
    assert.equal(channel.state, "TRANSIENT_FAILURE");
  }
});

test("idle after 15 minutes without a call, and back", async (t) => {
  const clock = new VirtualClock();
  const { address, sessions } = await useHttp2Server(t, answerOk);
  const channel = useChannel(t, address, { clock });
  await record(channel, CALL, {}, []).closed;
  await clock.advance(15 * 60_000 - 1);
  assert.equal(channel.state, "READY");
  await record(channel, CALL, {}, []).closed;
  await clock.advance(15 * 60_000 - 1);
  assert.equal(channel.state, "READY");
  await clock.advance(1);
  assert.equal(channel.state, "IDLE");
  await until(() => channel.connections === 0);
  assert.equal((await record(channel, CALL, {}, []).closed).status.code, STATUS.OK);
  assert.equal(sessions.length, 2);
});

test("a channel that cannot connect and has no calls gives up", async (t) => {
  const clock = new VirtualClock();
  const channel = useChannel(t, NOWHERE, { clock });
  channel.connect();
  await until(() => channel.state === "TRANSIENT_FAILURE");
  for (let minute = 0; minute < 16; minute++) await clock.advance(60_000);
  assert.equal(channel.state, "IDLE");
  assert.equal(channel.timers, 0);
});

test("a lost connection ends its calls, and the next call makes another", async (t) => {
  const { address, sessions, streams } = await useHttp2Server(t, (stream, count) => {
    if (count > 1) answerOk(stream);
  });
  const channel = useChannel(t, address);
  const seen = record(channel, CALL);
  await until(() => streams.length === 1);
  sessions[0]?.socket.destroy();
  const { status } = await seen.closed;
  assert.equal(status.code, STATUS.UNAVAILABLE);
  await until(() => channel.state === "IDLE");
  assert.equal((await record(channel, CALL, {}, []).closed).status.code, STATUS.OK);
  assert.equal(sessions.length, 2);
});

test("close lets what runs end, and takes nothing more", async (t) => {
  const { address, streams, sessions } = await useHttp2Server(t, () => {});
  const channel = useChannel(t, address);
  const running = record(channel, CALL);
  const waiting = record(channel, CALL);
  let isClosed = false;
  const closed = channel.close().then(() => {
    isClosed = true;
  });
  assert.equal(channel.state, "SHUTDOWN");
  const refused = await record(channel, CALL).closed;
  assert.deepEqual(refused.status, {
    code: STATUS.CANCELLED,
    message: "grpc: the client connection is closing",
  });
  await until(() => streams.length === 2);
  assert.equal(running.outcome, undefined);
  for (const stream of streams) answerOk(stream);
  assert.equal((await running.closed).status.code, STATUS.OK);
  assert.equal((await waiting.closed).status.code, STATUS.OK);
  await closed;
  assert.equal(isClosed, true);
  assert.equal(sessions.length, 1);
  await until(() => sessions[0]?.destroyed === true);
});

test("close waits no longer than its grace", async (t) => {
  const clock = new VirtualClock();
  const { address, streams } = await useHttp2Server(t, () => {});
  const channel = useChannel(t, address, { clock });
  const seen = record(channel, CALL);
  await until(() => streams.length === 1);
  const closed = channel.close();
  await clock.advance(30 * 60_000 - 1);
  assert.equal(seen.outcome, undefined);
  await clock.advance(1);
  assert.equal((await seen.closed).status.code, STATUS.CANCELLED);
  await closed;
  assert.equal(clock.pending, 0);
});

test("close in IDLE and in TRANSIENT_FAILURE is over at once", async (t) => {
  await useChannel(t, NOWHERE).close();
  const failing = useChannel(t, NOWHERE);
  const patient = record(failing, CALL, { waitForReady: true });
  await until(() => failing.state === "TRANSIENT_FAILURE");
  const closed = failing.close();
  assert.equal((await patient.closed).status.code, STATUS.CANCELLED);
  await closed;
});

test("addresses that are none are refused", () => {
  for (const target of ["", "host", "host:0", "host:99999", "::1:50", "[x]:1", "unix:"]) {
    assert.throws(() => new Channel(target), RangeError, target);
  }
  assert.throws(() => new Channel("h:1", { times: { idleTimeoutMs: 0 } }), RangeError);
});
