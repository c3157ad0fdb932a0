import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { type Random, seededRandom, VirtualClock } from "@signalbox/base";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { STATUS } from "../status.ts";
import { FLAG, FRAME_TYPE, headerBlock, http2Frame, PREFACE } from "../testing/http2-frames.ts";
import { useHttp2Server, useTcpServer } from "../testing/http2-server.ts";
import { record, useChannel } from "../testing/use-channel.ts";

const CALL = "/t.T/Call";
const SETTINGS = http2Frame(FRAME_TYPE.settings, 0, 0);
const TYPES = [...Object.values(FRAME_TYPE), 2, 5, 8, 200];

/** Frames that look right at first sight. */
function randomFrames(random: Random): Buffer {
  const pick = (below: number): number => Math.floor(random.fraction() * below);
  const frames = Array.from({ length: 1 + pick(6) }, () => {
    const payload =
      pick(3) === 0
        ? headerBlock([
            [":status", String(pick(700))],
            ["content-type", pick(2) === 0 ? "application/grpc" : "x"],
            ["grpc-status", String(pick(20))],
          ])
        : random.bytes(pick(60));
    return http2Frame(TYPES[pick(TYPES.length)] ?? 0, pick(256), pick(5), payload);
  });
  return Buffer.concat(frames);
}

test("whatever a server sends before it goes, each call ends once", async (t) => {
  const random = seededRandom(11);
  const address = await useTcpServer(t, (socket) => {
    socket.write(SETTINGS);
    socket.once("data", () => socket.end(randomFrames(random)));
  });
  for (let round = 0; round < 300; round++) {
    const channel = useChannel(t, address);
    await record(channel, CALL, {}, ["x"]).closed;
    channel.destroy();
    await channel.close();
    assert.deepEqual([channel.streams, channel.connections, channel.timers], [0, 0, 0]);
  }
});

/** Calls back once the headers of a request have come: before, its stream is nobody's. */
function onRequest(socket: Socket, answer: () => void): void {
  let bytes = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let at = PREFACE.length; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
      if (bytes[at + 3] !== FRAME_TYPE.headers) continue;
      socket.off("data", onData);
      answer();
      return;
    }
  };
  socket.on("data", onData);
}

test("headers of an answer that never end, and an answer that stops in the middle", async (t) => {
  const headers = headerBlock([
    [":status", "200"],
    ["content-type", "application/grpc"],
  ]);
  const answers = [
    http2Frame(FRAME_TYPE.headers, 0, 1, headers),
    Buffer.concat([
      http2Frame(FRAME_TYPE.headers, FLAG.endHeaders, 1, headers),
      http2Frame(FRAME_TYPE.data, 0, 1, Buffer.from([0, 0, 0, 1, 0, 1, 2])),
    ]),
  ];
  for (const answer of answers) {
    let isAnswered = false;
    const address = await useTcpServer(t, (socket) => {
      socket.write(SETTINGS);
      onRequest(socket, () => socket.write(answer, () => (isAnswered = true)));
    });
    const clock = new VirtualClock();
    const channel = useChannel(t, address, { clock });
    const seen = record(channel, CALL, { deadlineMs: 100 }, ["x"]);
    await until(() => isAnswered);
    // In steps, each of which lets the client read.
    for (let n = 0; n < 10; n++) await clock.advance(10);
    assert.equal((await seen.closed).status.code, STATUS.DEADLINE_EXCEEDED);
    await until(() => channel.streams === 0);
  }
});

test("any split of the same answer gives the same messages", async (t) => {
  const random = seededRandom(5);
  const sizes = [0, 1, 5, 16_384, 16_385, 70_000];
  const body = Buffer.concat(sizes.map((size) => encodeFrame(Buffer.alloc(size, 7)).bytes));
  const { address } = await useHttp2Server(t, (stream) => {
    stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    for (let at = 0; at < body.length; ) {
      const length = 1 + Math.floor(random.fraction() ** 4 * 20_000);
      stream.write(body.subarray(at, at + length));
      at += length;
    }
    stream.end();
  });
  const channel = useChannel(t, address);
  for (let round = 0; round < 20; round++) {
    const seen = record(channel, CALL, {}, []);
    assert.equal((await seen.closed).status.code, STATUS.OK);
    assert.deepEqual(
      seen.messages.map(({ length }) => length),
      sizes,
    );
  }
});
