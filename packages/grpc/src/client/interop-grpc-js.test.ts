import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import { Metadata as JsMetadata, type ServerDuplexStream } from "@grpc/grpc-js";
import { VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { Metadata } from "../metadata.ts";
import { STATUS } from "../status.ts";
import { record, useChannel } from "../testing/use-channel.ts";
import { useGrpcJsServer } from "../testing/use-grpc-js-server.ts";

type Call = ServerDuplexStream<Buffer, Buffer>;

const HOUR_MS = 3_600_000;

function Echo(call: Call): void {
  call.on("data", (message: Buffer) => call.write(message));
  call.on("end", () => call.end());
}

test("messages both ways, and their sizes", async (t) => {
  const channel = useChannel(t, await useGrpcJsServer(t, { Echo }));
  const sizes = [0, 1, 16_383, 16_384, 16_385, 5_000_000];
  const messages = sizes.map((size) => Buffer.alloc(size, size % 251));
  const seen = record(channel, "/t.T/Echo", {}, messages);
  assert.equal((await seen.closed).status.code, STATUS.OK);
  assert.deepEqual(
    seen.messages.map((message) => message.length),
    sizes,
  );
  for (const [i, message] of seen.messages.entries())
    assert.ok(message.equals(messages[i] as Buffer));
});

test("metadata, headers, trailers, and an error with details", async (t) => {
  const got: JsMetadata[] = [];
  const Fail = (call: Call): void => {
    got.push(call.metadata);
    const headers = new JsMetadata();
    headers.add("h", "1");
    headers.add("h", "2");
    call.sendMetadata(headers);
    const metadata = new JsMetadata();
    metadata.add("t", "1");
    metadata.add("t-bin", Buffer.from([0, 255]));
    metadata.add("grpc-status-details-bin", Buffer.from([8, 5]));
    call.emit("error", { code: 5, details: "kein Köder, 100%", metadata });
  };
  const channel = useChannel(t, await useGrpcJsServer(t, { Fail }));
  const metadata = Metadata.of([
    ["k", "1"],
    ["k", "2"],
  ]).withBinary("k-bin", Buffer.from([0, 255, 3]));
  const seen = record(channel, "/t.T/Fail", { metadata }, []);
  const { status, trailers } = await seen.closed;
  assert.equal(status.code, STATUS.NOT_FOUND);
  assert.equal(status.message, "kein Köder, 100%");
  assert.deepEqual(Buffer.from(status.details ?? []), Buffer.from([8, 5]));
  assert.deepEqual(trailers.getBinary("t-bin"), Buffer.from([0, 255]));
  assert.equal(trailers.get("t"), "1");
  assert.equal(trailers.get("grpc-status-details-bin"), undefined);
  assert.deepEqual(seen.headers?.getAll("h"), ["1", "2"]);
  assert.deepEqual(got[0]?.get("k-bin"), [Buffer.from([0, 255, 3])]);
  assert.deepEqual(got[0].get("k"), ["1, 2"]);
});

test("an unknown method is UNIMPLEMENTED", async (t) => {
  const channel = useChannel(t, await useGrpcJsServer(t, { Echo }));
  const { status } = await record(channel, "/t.T/Nothing", {}, []).closed;
  assert.equal(status.code, STATUS.UNIMPLEMENTED);
});

test("the deadline goes along, as what is left of it", async (t) => {
  const lefts: number[] = [];
  const Wait = (call: Call): void => {
    lefts.push(Number(call.getDeadline()) - Date.now());
  };
  const clock = new VirtualClock();
  const channel = useChannel(t, await useGrpcJsServer(t, { Wait }), { clock });
  const deadlineMs = clock.monotonic() + 2 * HOUR_MS;
  await clock.advance(HOUR_MS);
  const seen = record(channel, "/t.T/Wait", { deadlineMs });
  await until(() => lefts.length === 1);
  // The server's clock is the machine's: it may have been held up.
  const [left = 0] = lefts;
  assert.ok(left > HOUR_MS / 2 && left <= HOUR_MS, `${left} ms were left`);
  await clock.advance(HOUR_MS);
  assert.equal((await seen.closed).status.code, STATUS.DEADLINE_EXCEEDED);
});

test("a call that is cancelled is cancelled over there", async (t) => {
  let cancelled = 0;
  const Wait = (call: Call): void => {
    call.on("cancelled", () => {
      cancelled += 1;
    });
    call.sendMetadata(new JsMetadata());
  };
  const channel = useChannel(t, await useGrpcJsServer(t, { Wait }));
  const seen = record(channel, "/t.T/Wait");
  await until(() => seen.headers !== undefined);
  seen.call.cancel("enough");
  assert.deepEqual((await seen.closed).status, { code: STATUS.CANCELLED, message: "enough" });
  await until(() => cancelled === 1 && channel.streams === 0);
});

test("packed requests, and plain ones among them", async (t) => {
  const channel = useChannel(t, await useGrpcJsServer(t, { Echo }));
  const plain = Buffer.alloc(100_000, "gzip");
  const seen = record(channel, "/t.T/Echo", { encoding: "gzip" });
  seen.call.write(encodeFrame(gzipSync(plain), true).bytes);
  seen.call.write(encodeFrame(plain).bytes);
  seen.call.halfClose();
  assert.equal((await seen.closed).status.code, STATUS.OK);
  assert.deepEqual(
    seen.messages.map((message) => message.equals(plain)),
    [true, true],
  );
});

test("a message above the limit", async (t) => {
  const channel = useChannel(t, await useGrpcJsServer(t, { Echo }), {
    limits: { maxMessageBytes: 1_000 },
  });
  const { status } = await record(channel, "/t.T/Echo", {}, [Buffer.alloc(2_000)]).closed;
  assert.equal(status.code, STATUS.RESOURCE_EXHAUSTED);
  assert.equal(status.message, "grpc: received message larger than max (2000 vs. 1000)");
  await until(() => channel.streams === 0);
});

test("a message that is too large for the server", async (t) => {
  const address = await useGrpcJsServer(t, { Echo }, { "grpc.max_receive_message_length": 1_000 });
  const { status } = await record(useChannel(t, address), "/t.T/Echo", {}, [Buffer.alloc(500_000)])
    .closed;
  assert.equal(status.code, STATUS.RESOURCE_EXHAUSTED);
});
