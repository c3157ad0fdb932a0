import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "@signalbox/testing";
import { encodeFrame } from "../frame.ts";
import { OK_STATUS } from "../grpc-status.ts";
import type { RawHandler, RawServerCall } from "../server/raw-call.ts";
import { Router } from "../server/router.ts";
import { STATUS } from "../status.ts";
import { listener } from "../testing/raw-handlers.ts";
import { record, useChannel } from "../testing/use-channel.ts";
import { useServer } from "../testing/use-server.ts";

const FRAME = encodeFrame(Buffer.alloc(10_000)).bytes;
const TOTAL = 1_000;

function routes(handler: RawHandler): Router {
  return new Router({ services: [{ name: "t.T", methods: { Call: handler } }] });
}

/** As many turns as it takes for what moves to have moved. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

test("a slow reader holds the server back, at any message", async (t) => {
  let written = 0;
  const pour: RawHandler = (call) => {
    const fill = (): void => {
      while (written < TOTAL) {
        written += 1;
        if (!call.write(FRAME)) return;
      }
      call.end(OK_STATUS);
    };
    return listener({ onHalfClose: fill, onDrain: fill });
  };
  const { address } = await useServer(t, { router: routes(pour) });
  const channel = useChannel(t, address, { limits: { streamWindowBytes: 65_535 } });
  const seen = record(channel, "/t.T/Call", {}, []);
  seen.call.pause();
  await until(() => seen.headers !== undefined);
  await settle();
  assert.ok(written < 50, `${written} frames were written to a client that reads none`);
  assert.equal(seen.messages.length, 0);
  seen.call.resume();
  await until(() => seen.messages.length > 10);
  seen.call.pause();
  const before = seen.messages.length;
  await settle();
  assert.equal(seen.messages.length, before);
  seen.call.resume();
  assert.equal((await seen.closed).status.code, STATUS.OK);
  assert.equal(seen.messages.length, TOTAL);
});

test("the end of a paused call waits for its messages", async (t) => {
  const answer: RawHandler = (call) =>
    listener({
      onHalfClose: () => {
        for (let n = 0; n < 5; n++) call.write(encodeFrame(Buffer.from(String(n))).bytes);
        call.end(OK_STATUS);
      },
    });
  const { address } = await useServer(t, { router: routes(answer) });
  const channel = useChannel(t, address);
  const got: string[] = [];
  let hasHeaders = false;
  const closed = Promise.withResolvers<number>();
  const call = channel.open(
    "/t.T/Call",
    {},
    {
      onHeaders: () => {
        hasHeaders = true;
        call.pause();
      },
      onMessage: (message) => {
        got.push(String(message));
        call.pause();
      },
      onDrain: () => {},
      onClose: ({ status }) => closed.resolve(status.code),
    },
  );
  call.halfClose();
  await until(() => hasHeaders);
  for (let n = 0; n <= 5; n++) {
    await until(() => got.length >= n);
    await settle();
    assert.equal(got.length, n);
    assert.equal(call.isEnded, false);
    call.resume();
  }
  assert.equal(await closed.promise, STATUS.OK);
  assert.deepEqual(got, ["0", "1", "2", "3", "4"]);
});

test("a slow server holds the writer back; it goes on when there is room", async (t) => {
  const calls: RawServerCall[] = [];
  let got = 0;
  const slow: RawHandler = (call) => {
    calls.push(call);
    call.pause();
    return listener({
      onMessage: () => {
        got += 1;
      },
      onHalfClose: () => call.end(OK_STATUS),
    });
  };
  const { address } = await useServer(t, {
    router: routes(slow),
    limits: { streamWindowBytes: 65_535 },
  });
  const channel = useChannel(t, address);
  const closed = Promise.withResolvers<number>();
  let written = 0;
  let most = 0;
  const fill = (): void => {
    while (written < TOTAL) {
      written += 1;
      const hasRoom = call.write(FRAME);
      most = Math.max(most, call.bufferedBytes);
      if (!hasRoom) return;
    }
    call.halfClose();
  };
  const call = channel.open(
    "/t.T/Call",
    {},
    {
      onHeaders: () => {},
      onMessage: () => {},
      onDrain: fill,
      onClose: ({ status }) => closed.resolve(status.code),
    },
  );
  fill();
  assert.ok(written < 20, `${written} frames were taken before there was a connection`);
  await until(() => calls.length === 1);
  await settle();
  assert.ok(written < 50, `${written} frames were written to a server that reads none`);
  calls[0]?.resume();
  assert.equal(await closed.promise, STATUS.OK);
  assert.equal(got, TOTAL);
  assert.ok(most <= 128 * 1024, `${most} bytes were buffered`);
});

test("a server that ends early ends the call of a client that still writes", async (t) => {
  const refuse: RawHandler = (call) =>
    listener({ onMessage: () => call.end({ code: STATUS.FAILED_PRECONDITION, message: "no" }) });
  const { address } = await useServer(t, { router: routes(refuse) });
  const channel = useChannel(t, address);
  const seen = record(channel, "/t.T/Call");
  for (let n = 0; n < 300; n++) seen.call.write(FRAME);
  assert.equal((await seen.closed).status.code, STATUS.FAILED_PRECONDITION);
  assert.equal(seen.call.write(FRAME), false);
  await until(() => channel.streams === 0);
});
