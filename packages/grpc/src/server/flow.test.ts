import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { until } from "@signalbox/testing";
import { Echo } from "#gen/signalbox/testing/v1/echo_pb.js";
import { encodeFrame } from "../frame.ts";
import { OK_STATUS } from "../grpc-status.ts";
import { serviceOf } from "../service/service-of.ts";
import { echoService } from "../testing/echo-service.ts";
import { type Http2Client, readAnswer, useHttp2 } from "../testing/http2-client.ts";
import { listener } from "../testing/raw-handlers.ts";
import { useServer } from "../testing/use-server.ts";
import type { RawHandler, RawServerCall } from "./raw-call.ts";
import { type RawService, Router } from "./router.ts";

async function useService(t: TestContext, service: RawService): Promise<Http2Client> {
  const { address } = await useServer(t, {
    router: new Router({ services: [service] }),
    limits: { streamWindowBytes: 65_535 },
  });
  return useHttp2(t, `http://${address}`, { settings: { initialWindowSize: 65_535 } });
}

/** As many turns as it takes for what moves to have moved. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("a slow reader holds the writer back; it goes on when there is room", async (t) => {
  const frame = encodeFrame(Buffer.alloc(10_000)).bytes;
  const total = 1_000;
  let written = 0;
  let most = 0;
  const pour: RawHandler = (call) => {
    const fill = (): void => {
      while (written < total) {
        written += 1;
        const hasRoom = call.write(frame);
        most = Math.max(most, call.bufferedBytes);
        if (!hasRoom) return;
      }
      call.end(OK_STATUS);
    };
    return listener({ onHalfClose: fill, onDrain: fill });
  };
  const client = await useService(t, { name: "t.T", methods: { Pour: pour } });
  const stream = client.open("/t.T/Pour");
  stream.end();
  await once(stream, "response");
  await settle();
  assert.ok(written < 50, `${written} frames were written to a client that reads none`);
  const { body, trailers } = await readAnswer(stream);
  assert.equal(body.length, total * frame.length);
  assert.equal(trailers["grpc-status"], "0");
  assert.ok(most <= 128 * 1024, `${most} bytes were buffered`);
});

test("a generator waits for a slow reader", async (t) => {
  let made = 0;
  const payload = new Uint8Array(10_000);
  const client = await useService(
    t,
    serviceOf(Echo, {
      async *serverStream() {
        for (; made < 1_000; made++) yield { payload };
      },
    }),
  );
  const stream = client.open("/signalbox.testing.v1.Echo/ServerStream");
  stream.end(encodeFrame(Buffer.alloc(0)).bytes);
  await once(stream, "response");
  await settle();
  assert.ok(made < 50, `${made} messages were made for a client that reads none`);
  assert.equal((await readAnswer(stream)).trailers["grpc-status"], "0");
  assert.equal(made, 1_000);
});

test("a paused call holds the client back, between two messages of one chunk too", async (t) => {
  const got: string[] = [];
  const calls: RawServerCall[] = [];
  const halting: RawHandler = (call) => {
    calls.push(call);
    return listener({
      onMessage: (message) => {
        got.push(message.toString("latin1", 0, 1));
        call.pause();
      },
      onHalfClose: () => call.end(OK_STATUS),
    });
  };
  const client = await useService(t, { name: "t.T", methods: { Halting: halting } });
  const stream = client.open("/t.T/Halting");
  const answer = readAnswer(stream);
  const small = ["a", "b", "c"].map((text) => encodeFrame(Buffer.from(text)).bytes);
  const large = Array.from({ length: 100 }, () => encodeFrame(Buffer.alloc(10_000, "x")).bytes);
  stream.end(Buffer.concat([...small, ...large]));
  const [call] = await (async () => {
    await until(() => got.length === 1);
    return calls;
  })();
  await settle();
  assert.deepEqual(got, ["a"]);
  assert.ok(stream.writableLength > 500_000, "the client could send all that nobody read");
  for (let expected = 2; expected <= 103; expected++) {
    call?.resume();
    await until(() => got.length === expected);
  }
  call?.resume();
  assert.equal((await answer).headers["grpc-status"], "0");
  assert.deepEqual(got.slice(0, 4), ["a", "b", "c", "x"]);
});

test("a method that reads slowly holds its client back", async (t) => {
  const go = Promise.withResolvers<void>();
  const client = await useService(
    t,
    serviceOf(Echo, {
      async clientStream(requests) {
        let bytes = 0;
        for await (const { payload } of requests) {
          await go.promise;
          bytes += payload.length;
        }
        return { text: String(bytes) };
      },
    }),
  );
  const stream = client.open("/signalbox.testing.v1.Echo/ClientStream");
  // EchoRequest with a payload of 10,000 bytes: field 3, then the length.
  const message = Buffer.concat([Buffer.from([0x1a, 0x90, 0x4e]), Buffer.alloc(10_000)]);
  const frame = encodeFrame(message).bytes;
  stream.end(Buffer.concat(Array.from({ length: 300 }, () => frame)));
  const answer = readAnswer(stream);
  await settle();
  assert.ok(stream.writableLength > 2_000_000, `${stream.writableLength} are left with the client`);
  go.resolve();
  const { body } = await answer;
  assert.equal(body.subarray(7).toString(), "3000000");
});

test("a message in a thousand pieces", async (t) => {
  const client = await useService(t, echoService);
  const stream = client.open("/signalbox.testing.v1.Echo/Unary");
  const answer = readAnswer(stream);
  const message = Buffer.concat([Buffer.from([0x0a, 0xe8, 0x07]), Buffer.alloc(1_000, "x")]);
  for (const byte of encodeFrame(message).bytes) {
    stream.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
  assert.deepEqual((await answer).body, encodeFrame(message).bytes);
});

test("one frame for many calls is never changed", async (t) => {
  const frame = encodeFrame(Buffer.alloc(50_000, "shared")).bytes;
  const before = Buffer.from(frame);
  const send: RawHandler = (call) =>
    listener({
      onHalfClose: () => {
        call.write(frame);
        call.end(OK_STATUS);
      },
    });
  const client = await useService(t, { name: "t.T", methods: { Send: send } });
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.call("/t.T/Send")));
  for (const { body } of answers) assert.equal(Buffer.compare(body, before), 0);
  assert.equal(Buffer.compare(frame, before), 0);
});
