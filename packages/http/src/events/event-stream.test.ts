import assert from "node:assert/strict";
import { test } from "node:test";
import { Channel, VirtualClock } from "@signalbox/base";
import type { ServerSentEvent } from "../operation.ts";
import { encodeEvent, encodeEvents } from "./event-stream.ts";

function setUp() {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const leave = new AbortController();
  const channel = new Channel<ServerSentEvent>(10);
  const streams = { clock, heartbeatMs: 1000, stopping: stop.signal };
  const chunks = encodeEvents(channel, streams, leave.signal);
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
  const slow = encodeEvents(source, streams, rest.leave.signal);
  await slow.next();
  assert.equal(asked, 0);
  await slow.next();
  assert.equal(asked, 1);
  await slow.return();
  await chunks.return();
});
