import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, Problem, VirtualClock } from "@signalbox/base";
import type { Recheck } from "../authenticator.ts";
import type { ServerSentEvent } from "../operation.ts";
import { encodeEvent, encodeEvents } from "./event-stream.ts";

function setUp(recheck: Recheck = () => Promise.resolve()) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const leave = new AbortController();
  const channel = new Channel<ServerSentEvent>(10);
  const streams = { clock, heartbeatMs: 1000, stopping: stop.signal };
  const chunks = encodeEvents(channel, streams, leave.signal, recheck);
  return { clock, stop, leave, channel, chunks };
}

test("an event's lines are those of the event stream format", () => {
  assert.equal(encodeEvent({ data: "x" }), "data: x\n\n");
  assert.equal(
    encodeEvent({ id: "7", event: "put", data: "a\nb" }),
    "id: 7\nevent: put\ndata: a\ndata: b\n\n",
  );
  assert.equal(encodeEvent({ data: "a\r\nb\rc" }), "data: a\ndata: b\ndata: c\n\n");
});

test("events come in order, heartbeats between them, then the end", async () => {
  const { clock, channel, chunks } = setUp();
  assert.equal((await chunks.next()).value, ": open\n\n");
  channel.send({ data: "1" });
  channel.send({ data: "2" });
  assert.equal((await chunks.next()).value, "data: 1\n\n");
  assert.equal((await chunks.next()).value, "data: 2\n\n");
  const heartbeat = chunks.next();
  await clock.advance(1000);
  assert.equal((await heartbeat).value, ": heartbeat\n\n");
  const last = chunks.next();
  channel.send({ data: "3" });
  assert.equal((await last).value, "data: 3\n\n");
  channel.close();
  assert.equal((await chunks.next()).done, true);
  assert.equal(clock.pending, 0);
});

test("a source that fails ends the stream with its error", async () => {
  const { channel, chunks } = setUp();
  await chunks.next();
  channel.cut(new Error("too slow"));
  await assert.rejects(chunks.next(), /too slow/);
});

test("the stream ends when the server stops or the caller leaves, whatever the source does", async () => {
  for (const which of ["stop", "leave"] as const) {
    const parts = setUp();
    await parts.chunks.next();
    const next = parts.chunks.next();
    parts[which].abort();
    assert.equal((await next).done, true);
    assert.equal(parts.clock.pending, 0);
  }
});

test("nothing is asked of the source before the reader wants it", async () => {
  const { chunks, ...rest } = setUp();
  let asked = 0;
  const source = {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        asked += 1;
        yield { data: String(asked) };
      }
    },
  };
  const streams = { clock: rest.clock, heartbeatMs: 1000, stopping: rest.stop.signal };
  const slow = encodeEvents(source, streams, rest.leave.signal, () => Promise.resolve());
  await slow.next();
  assert.equal(asked, 0);
  await slow.next();
  assert.equal(asked, 1);
  await slow.return();
  await chunks.return();
});

const REFUSED =
  'event: error\ndata: {"code":"unauthenticated","error_description":"the token is not valid"}\n\n';

/** A stream whose caller's token is revoked by `revoke`. */
function setUpRevocable() {
  let isValid = true;
  let asked = 0;
  const parts = setUp(() => {
    asked += 1;
    return isValid
      ? Promise.resolve()
      : Promise.reject(new Problem("unauthenticated", "the token is not valid"));
  });
  const revoke = (): void => {
    isValid = false;
  };
  return { ...parts, revoke, asked: () => asked };
}

test("no event is sent once the caller's token has been revoked", async () => {
  const { clock, channel, chunks, revoke } = setUpRevocable();
  await chunks.next();
  await clock.advance(999);
  channel.send({ data: "before" });
  assert.equal((await chunks.next()).value, "data: before\n\n");
  revoke();
  await clock.advance(1);
  channel.send({ data: "after" });
  assert.equal((await chunks.next()).value, REFUSED);
  assert.equal((await chunks.next()).done, true);
  assert.equal(clock.pending, 0);
});

test("a quiet stream of a revoked token ends with the next heartbeat", async () => {
  const { clock, chunks, revoke } = setUpRevocable();
  await chunks.next();
  const next = chunks.next();
  revoke();
  await clock.advance(1000);
  assert.equal((await next).value, REFUSED);
  assert.equal((await chunks.next()).done, true);
});

test("many events do not make many looks at the token", async () => {
  const { clock, channel, chunks, asked } = setUpRevocable();
  await chunks.next();
  for (let second = 0; second < 3; second++) {
    await clock.advance(1000);
    for (let n = 0; n < 5; n++) {
      channel.send({ data: "x" });
      await chunks.next();
    }
  }
  assert.equal(asked(), 3);
  await chunks.return();
});
