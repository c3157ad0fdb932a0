import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import {
  FLAG,
  FRAME_TYPE,
  headerBlock,
  http2Frame,
  PREFACE,
  useSocket,
} from "../testing/http2-frames.ts";
import { useServer } from "../testing/use-server.ts";
import { Router } from "./router.ts";

const HEAD_BYTES = 9;
const PROTOCOL_ERROR = 1;

/** Begins as a call does, but for its host. */
const CALL = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/t.T/Do"],
  ["content-type", "application/grpc"],
  ["te", "trailers"],
] as const;

/** Code with which the stream is reset, 0 when it is answered. */
function resetOf(socket: Socket): Promise<number> {
  let received = Buffer.alloc(0);
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= HEAD_BYTES) {
      const length = received.readUIntBE(0, 3);
      if (received.length < HEAD_BYTES + length) return;
      const payload = received.subarray(HEAD_BYTES, HEAD_BYTES + length);
      if (received[3] === FRAME_TYPE.rstStream) resolve(payload.readUInt32BE(0));
      if (received[3] === FRAME_TYPE.headers) resolve(0);
      received = received.subarray(HEAD_BYTES + length);
    }
  });
  return promise;
}

// Callers read that reset as INTERNAL, which is what an answer would have told them (node-api §1.1).
for (const [what, hosts, reset] of [
  ["one :authority", [[":authority", "a"]], 0],
  ["one host", [["host", "a"]], 0],
  [
    "two :authority",
    [
      [":authority", "a"],
      [":authority", "b"],
    ],
    PROTOCOL_ERROR,
  ],
  [
    "two hosts",
    [
      ["host", "a"],
      ["host", "b"],
    ],
    PROTOCOL_ERROR,
  ],
] as const) {
  test(`a call with ${what} is ${reset === 0 ? "taken" : "reset"}`, async (t) => {
    const { port } = await useServer(t, { router: new Router({}) });
    const isPseudo = hosts[0][0].startsWith(":");
    const fields = isPseudo ? [...hosts, ...CALL] : [...CALL, ...hosts];
    const socket = useSocket(
      t,
      port,
      PREFACE,
      http2Frame(FRAME_TYPE.settings, 0, 0),
      http2Frame(FRAME_TYPE.headers, FLAG.endHeaders | FLAG.endStream, 1, headerBlock(fields)),
    );
    assert.equal(await resetOf(socket), reset);
    socket.destroy();
  });
}
