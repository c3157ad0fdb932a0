import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";
import { until } from "@signalbox/testing";
import { Metadata } from "../metadata.ts";
import { Router } from "../server/router.ts";
import { STATUS } from "../status.ts";
import { OK_STATUS, status } from "../grpc-status.ts";
import { encodeFrame } from "../frame.ts";
import { echo, listener } from "../testing/raw-handlers.ts";
import { type Recorded, record, useChannel } from "../testing/use-channel.ts";
import { useServer } from "../testing/use-server.ts";
import type { CallOutcome, RawHandler, RawServerCall } from "../server/raw-call.ts";

const ECHO = "/t.T/Echo";

function routes(methods: Readonly<Record<string, RawHandler>> = {}): Router {
  return new Router({ services: [{ name: "t.T", methods: { Echo: echo, ...methods } }] });
}

test("a call there and back", async (t) => {
  const { address } = await useServer(t, { router: routes() });
  const channel = useChannel(t, address);
  assert.equal(channel.state, "IDLE");
  const seen = record(channel, ECHO, {}, ["a", "b"]);
  assert.equal(channel.state, "CONNECTING");
  const { status: told, trailers } = await seen.closed;
  assert.deepEqual(told, { code: STATUS.OK, message: "" });
  assert.ok(trailers.isEmpty);
  assert.deepEqual(seen.texts, ["a", "b"]);
  assert.equal(seen.encoding, "identity");
  assert.equal(channel.state, "READY");
});

test("a text that is longer than Node has headers by itself", async (t) => {
  const text = "m".repeat(70_000);
  const fail: RawHandler = (call) =>
    listener({ onHalfClose: () => call.end(status(STATUS.NOT_FOUND, text)) });
  const { address } = await useServer(t, { router: routes({ Fail: fail }) });
  const seen = record(useChannel(t, address), "/t.T/Fail", {}, []);
  assert.deepEqual((await seen.closed).status, { code: STATUS.NOT_FOUND, message: text });
});

test("metadata, trailers, text and details, trailers-only", async (t) => {
  const got: Metadata[] = [];
  const fail: RawHandler = (call) => {
    got.push(call.metadata);
    return listener({
      onHalfClose: () =>
        call.end(
          { ...status(STATUS.NOT_FOUND, "naïve 100%"), details: Buffer.from([1, 2, 3]) },
          Metadata.of([
            ["x", "1"],
            ["x", "2"],
            ["y-bin", "AAE"],
          ]),
        ),
    });
  };
  const head: RawHandler = (call) =>
    listener({
      onHalfClose: () => {
        call.sendHeaders(
          Metadata.of([
            ["h", "1"],
            ["h", "2"],
          ]),
        );
        call.write(encodeFrame(Buffer.from("m")).bytes);
        call.end(OK_STATUS, Metadata.of([["t", "3"]]));
      },
    });
  const { address } = await useServer(t, { router: routes({ Fail: fail, Head: head }) });
  const channel = useChannel(t, address);
  const metadata = Metadata.of([
    ["nodes", "a"],
    ["nodes", "b"],
    ["k-bin", "AQI="],
    ["te", "no"],
  ]);
  const failed = record(channel, "/t.T/Fail", { metadata }, []);
  const { status: told, trailers } = await failed.closed;
  assert.deepEqual(told, { code: 5, message: "naïve 100%", details: Buffer.from([1, 2, 3]) });
  assert.deepEqual(trailers.entries(), [
    ["x", "1"],
    ["x", "2"],
    ["y-bin", "AAE"],
  ]);
  assert.equal(failed.headers, undefined);
  assert.deepEqual(got[0]?.entries(), [
    ["nodes", "a"],
    ["nodes", "b"],
    ["k-bin", "AQI="],
  ]);
  const seen = record(channel, "/t.T/Head", {}, []);
  assert.deepEqual((await seen.closed).trailers.entries(), [["t", "3"]]);
  assert.deepEqual(seen.headers?.entries(), [
    ["h", "1"],
    ["h", "2"],
  ]);
});

const PACKED = encodeFrame(gzipSync(Buffer.alloc(2_000, "z")), true).bytes;

/** Answers with packed messages, whatever the client can read. */
const packing: RawHandler = (call) =>
  listener({
    onHalfClose: () => {
      call.sendHeaders(Metadata.empty, { encoding: call.metadata.get("encoding") ?? "gzip" });
      call.write(PACKED);
      call.end(OK_STATUS);
    },
  });

test("packed answers; as they came for a relay", async (t) => {
  const { address } = await useServer(t, { router: routes({ Pack: packing }) });
  const channel = useChannel(t, address);
  const seen = record(channel, "/t.T/Pack", {}, []);
  assert.equal((await seen.closed).status.code, STATUS.OK);
  assert.deepEqual(seen.texts, ["z".repeat(2_000)]);
  const relayed = record(channel, "/t.T/Pack", { messages: "frames" }, []);
  assert.equal((await relayed.closed).status.code, STATUS.OK);
  assert.deepEqual(relayed.messages, [PACKED]);
  assert.equal(relayed.encoding, "gzip");
});

test("an answer that is too long when unpacked, or packed as nobody can unpack", async (t) => {
  const { address } = await useServer(t, { router: routes({ Pack: packing }) });
  const channel = useChannel(t, address, { limits: { maxMessageBytes: 1_000 } });
  const { status: told } = await record(channel, "/t.T/Pack", {}, []).closed;
  assert.equal(told.code, STATUS.RESOURCE_EXHAUSTED);
  assert.match(told.message, /after decompression larger than max 1000/);
  const metadata = Metadata.of([["encoding", "br"]]);
  const { status: other } = await record(channel, "/t.T/Pack", { metadata }, []).closed;
  assert.equal(other.code, STATUS.UNIMPLEMENTED);
  assert.equal(other.message, 'grpc: Decompressor is not installed for grpc-encoding "br"');
  const relayed = record(channel, "/t.T/Pack", { metadata, messages: "frames" }, []);
  assert.equal((await relayed.closed).status.code, STATUS.OK);
  assert.equal(relayed.encoding, "br");
});

test("the server hears how a call ended", async (t) => {
  const ends: string[] = [];
  let isHeard = false;
  const noting =
    (end: (call: RawServerCall) => void): RawHandler =>
    (call) => {
      const close = ({ end }: CallOutcome): void => void ends.push(end);
      return listener({ onMessage: () => end(call), onClose: close });
    };
  const methods = {
    Early: noting((call) => call.end(status(STATUS.ABORTED, "early"))),
    Answer: noting((call) => {
      call.write(PACKED);
      call.end(OK_STATUS);
    }),
    Never: noting(() => {
      isHeard = true;
    }),
  };
  const { address } = await useServer(t, { router: routes(methods) });
  const channel = useChannel(t, address);
  const open = (method: string): Recorded => {
    const seen = record(channel, `/t.T/${method}`, { messages: "frames" });
    seen.call.write(encodeFrame(Buffer.from("x")).bytes);
    return seen;
  };
  assert.equal((await open("Early").closed).status.code, STATUS.ABORTED);
  await until(() => ends.length === 1);
  assert.equal((await open("Answer").closed).status.code, STATUS.OK);
  await until(() => ends.length === 2);
  const seen = open("Never");
  await until(() => isHeard);
  seen.call.cancel();
  await until(() => ends.length === 3);
  assert.deepEqual(ends, ["finished", "finished", "cancelled"]);
});

test("a signal that has fired and a deadline that has passed dial nobody", async (t) => {
  const channel = useChannel(t, "127.0.0.1:1");
  const late = record(channel, ECHO, { deadlineMs: channel.clock.monotonic() });
  const gone = record(channel, ECHO, { signal: AbortSignal.abort() });
  assert.equal(late.outcome, undefined, "nobody hears of the end before open has returned");
  assert.equal((await late.closed).status.code, STATUS.DEADLINE_EXCEEDED);
  assert.equal((await gone.closed).status.code, STATUS.CANCELLED);
  assert.equal(channel.state, "IDLE");
});
